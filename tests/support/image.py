"""What the image's last stage would be, laid out in a folder, and run in a root of its own like a container.

No Docker engine is needed, and none is replaced: what the Dockerfile copies and sets is taken from it, but
the system below /app is this machine's, and its packages are not those of the image.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

import pytest

from flow8 import bundle
from tests.support.system import ROOT

USER: Final = 911
LAST_STAGE: Final = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2].replace("\\\n", " ")
LEFT_OUT: Final = shutil.ignore_patterns("__pycache__", "static")
"""What .dockerignore keeps back of the folders that are copied."""
SYSTEM: Final = ("/usr", "/etc", "/opt")
LINKS: Final = ("/bin", "/lib", "/lib64", "/sbin")
INSIDE: Final = """
set -eu
new=$1 app=$2 data=$3
shift 3
mount --make-rprivate /
mount -t tmpfs -o mode=0755 flow8 "$new"
mkdir "$new/app" "$new/dev" "$new/proc" "$new/tmp"
mount -t tmpfs -o mode=1777 flow8 "$new/tmp"
for each in $READABLE; do
    mkdir -p "$new$each"
    mount --rbind "$each" "$new$each"
    mount -o remount,bind,ro "$new$each"
done
for each in $LINKS; do [ ! -L "$each" ] || cp -P "$each" "$new$each"; done
mount --rbind /dev "$new/dev"
mount -t proc proc "$new/proc"
mount --bind "$app" "$new/app"
mount -o remount,bind,ro "$new/app"
mount --bind "$data" "$new/app/data"
mount -o remount,ro "$new"
exec "$@"
"""
"""Makes a root in which only /app/data and /tmp can be written to, and becomes the command."""


def instructions(name: str) -> list[str]:
    """What stands behind an instruction of the last stage, each time it is there."""
    return [found.strip() for found in re.findall(rf"^{name} (.+)$", LAST_STAGE, re.MULTILINE)]


def words(name: str) -> list[str]:
    """The only list of an instruction, like that of CMD."""
    [found] = instructions(name)
    return re.findall(r'"([^"]*)"', found)


def variables() -> dict[str, str]:
    """What ENV sets; the environment of Python is this machine's."""
    set_here = dict(pair.split("=", 1) for each in instructions("ENV") for pair in shlex.split(each))
    return {**set_here, "FLOW8_VENV": sys.prefix}


def lay_out(app: Path) -> None:
    """Make /app in a folder, as the last stage's COPY instructions make it."""
    app.mkdir(parents=True)
    for line in instructions("COPY"):
        *sources, target = line.split()
        if sources[0] == "--from=ui":
            shutil.copytree(bundle.BUILT, app / target)
        elif not sources[0].startswith("--"):
            for source in sources:
                _copy(ROOT / source, app / target)
    (app / "data").mkdir()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=LEFT_OUT)
    else:
        shutil.copy(source, target)


@dataclass
class Container:
    """One run of the image: its entry point in a root of its own, as root or as another user."""

    app: Path
    data: Path
    settings: Mapping[str, str]
    user: int = 0
    process: subprocess.Popen[str] = field(init=False)

    def start(self, *arguments: str) -> "Container":
        """Start it with the arguments that `docker run` would give, or else with those of CMD."""
        self._root = Path(tempfile.mkdtemp(prefix="flow8-root-"))
        # tini is the image's; the process that it would start is the first one here.
        entry = [word for word in words("ENTRYPOINT") if word not in ("/sbin/tini", "--")]
        told = [f"{name}={value}" for name, value in {**variables(), **self.settings}.items()]
        self.process = subprocess.Popen(
            [
                *("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", INSIDE, "root"),
                *(str(self._root), str(self.app), str(self.data)),
                *("chroot", f"--userspec={self.user}:{self.user}", "--groups=", str(self._root)),
                *("env", "-i", "-C", "/app", f"PATH={os.defpath}", *told),
                *(*entry, *(arguments or words("CMD"))),
            ],
            env={**os.environ, "READABLE": " ".join(_readable()), "LINKS": " ".join(LINKS)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self

    def end(self) -> tuple[int, str]:
        """Wait for its end; its exit code and all that it said."""
        said, _ = self.process.communicate(timeout=60)
        self._root.rmdir()
        return self.process.returncode, said


def _readable() -> Sequence[str]:
    python = (sys.prefix, sys.base_prefix)
    return [*filter(os.path.isdir, SYSTEM), *dict.fromkeys(python)]


def need_a_root_of_its_own() -> None:
    """Leave out what needs namespaces, which only root may always have."""
    done = subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], check=False, capture_output=True)
    if done.returncode != 0 or os.getuid() != 0:
        leave_out("Only root can start something in a root of its own, and only where the kernel lets it.")


def leave_out(why: str) -> NoReturn:
    """Skip the test; it fails for root, who asks for all tests and can have what they need."""
    if os.environ.get("FLOW8_TEST_ALL") == "1" and os.getuid() == 0:
        pytest.fail(why)
    pytest.skip(why)
