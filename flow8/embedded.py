"""The MongoDB that `up` and the tests start when no address of one is given.

It listens on a Unix socket in a folder of mode 0700 only, never on a network port, and dies with its parent.
"""

import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import logging
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from flow8.errors import Unavailable
from flow8.supervise import end_with_parent, exit_in_words

logger = logging.getLogger("supervisor")

SOCKET_NAME = "mongodb-27017.sock"
LONGEST_SOCKET_PATH = 100  # kernels refuse Unix socket paths of 104 (macOS) or 108 bytes and more
LOCK_PATIENCE = 5.0  # a server whose parent was killed needs a moment to die
RESTART_PAUSE = 2.0


def find_mongod(named: str | Path | None) -> Path:
    """The server program: the one named by FLOW8_MONGOD, else on PATH, else the one of the installed wheel.

    Raises:
        Unavailable: there is none; the message says what to do.
    """
    if named:
        return _runnable(Path(named))
    on_path = shutil.which("mongod")
    if on_path:
        return Path(on_path)
    spec = importlib.util.find_spec("fiftyone")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        program = Path(folder) / "db" / "bin" / "mongod"
        if program.is_file():
            if not os.access(program, os.X_OK):
                program.chmod(0o755)
            return program
    raise Unavailable(
        "No MongoDB server program found: set MONGODB_URI to a running MongoDB, or FLOW8_MONGOD to a mongod."
    )


def _runnable(program: Path) -> Path:
    if not program.is_file() or not os.access(program, os.X_OK):
        raise Unavailable(f"FLOW8_MONGOD names {program}, which is not a program that can be run.")
    return program


def socket_folder(folder: Path) -> Path:
    """Where the socket lies: in `folder`, or in a short private folder when its path would be too long."""
    wanted = folder.resolve() / "run"
    if len(os.fsencode(wanted / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return wanted
    name = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"flow8-{os.getuid()}-{name}"


def uri_of(folder: Path) -> str:
    """The address of the MongoDB whose files lie in `folder`, whether it runs or not."""
    return f"mongodb://{quote(str(socket_folder(folder) / SOCKET_NAME), safe='')}/"


def is_running(folder: Path) -> bool:
    """Whether something answers on the socket of `folder`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(socket_folder(folder) / SOCKET_NAME))
        except OSError:
            return False
    return True


def make_private(folder: Path) -> None:
    """Make a folder that only its owner can enter, or make sure that one is.

    Raises:
        Unavailable: somebody else made it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = folder.lstat()
    if about.st_uid != os.getuid() or not stat.S_ISDIR(about.st_mode):
        raise Unavailable(
            f"{folder} belongs to somebody else; start flow8 as its owner, "
            f"or change the owner (chown -R {os.getuid()} '{folder}')."
        )
    folder.chmod(0o700)


@dataclass
class Embedded:
    """A MongoDB server of ours. Its starter's main thread must live as long as it."""

    folder: Path
    program: Path
    cache_gb: float
    lock: IO[str]
    process: subprocess.Popen[bytes]
    started: float

    @property
    def uri(self) -> str:
        """Its address."""
        return uri_of(self.folder)

    def keep_alive(self) -> float | None:
        """Start the server again when it has ended; answers the seconds after which to ask again, if any."""
        if self.process.poll() is None:
            return None
        left = self.started + RESTART_PAUSE - time.monotonic()
        if left > 0:
            return left
        logger.warning("MongoDB ended (%s); it starts again", exit_in_words(self.process.returncode))
        self.process, self.started = (
            _launch(self.folder, self.program, self.cache_gb, self.lock),
            time.monotonic(),
        )
        return None

    def stop(self, seconds: float = 10.0) -> None:
        """End the server cleanly, by force when it takes longer than `seconds`."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.lock.close()


def start(
    folder: Path, *, mongod: str | Path | None = None, seconds: float = 30.0, cache_gb: float = 0.25
) -> Embedded:
    """Start a MongoDB whose files lie in `folder` and wait until it answers. Call it in the main thread.

    Raises:
        Unavailable: there is no server program, another flow8 uses the folder, or the server did not start
            within `seconds`; the message ends with the last line of its log.
    """
    program = find_mongod(mongod)
    for made in (folder, folder / "files", socket_folder(folder)):
        make_private(made)
    lock = _locked(folder)
    process = _launch(folder, program, cache_gb, lock)
    try:
        _wait_until_it_answers(process, folder, seconds)
    except BaseException:
        process.kill()
        process.wait()
        lock.close()
        raise
    return Embedded(folder, program, cache_gb, lock, process, time.monotonic())


def _locked(folder: Path) -> IO[str]:
    """A lock that lasts until every holder of the open file has ended: this process and the server."""
    lock = (folder / "lock").open("a")
    until = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() < until:
                time.sleep(0.05)
                continue
            lock.close()
            raise Unavailable(f"Another flow8 uses the database in {folder}; stop it first.") from None
        return lock


def _launch(folder: Path, program: Path, cache_gb: float, lock: IO[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        _arguments(program, folder, socket_folder(folder), cache_gb),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(lock.fileno(),),
        start_new_session=True,
        preexec_fn=functools.partial(end_with_parent, os.getpid()),  # noqa: PLW1509 - one prctl call, no lock
    )


def _arguments(program: Path, folder: Path, sockets: Path, cache_gb: float) -> list[str]:
    return [
        str(program),
        *("--dbpath", str(folder / "files")),
        *("--bind_ip", str(sockets / SOCKET_NAME)),
        *("--port", "27017"),
        *("--unixSocketPrefix", str(sockets)),
        *("--filePermissions", "0600"),
        *("--logpath", str(folder / "mongod.log")),
        "--logappend",
        *("--networkMessageCompressors", "snappy"),
        *("--wiredTigerCacheSizeGB", str(cache_gb)),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        "--noscripting",
    ]


def _wait_until_it_answers(process: subprocess.Popen[bytes], folder: Path, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if is_running(folder):
            return
        time.sleep(0.02)
    raise Unavailable(f"MongoDB did not start: {_last_line(folder / 'mongod.log')}")


def _last_line(log: Path) -> str:
    with contextlib.suppress(OSError, IndexError):
        return log.read_text(errors="replace").splitlines()[-1][:500]
    return "it wrote no log"
