"""The database at one moment: what is read inside belongs together, however much is written meanwhile."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pymongo.client_session import ClientSession

from config.settings import Settings, environment_with
from flow8.errors import Unavailable
from flow8.store.database import Documents, faults_in_words

READY = b"ready\n"
DONE = b"done\n"
GUARD_PATIENCE = 10.0


@contextmanager
def one_moment(settings: Settings, database: Documents) -> Iterator[ClientSession | None]:
    """Everything read inside, with the session given, is as it was at one moment.

    A replica set shows a moment that is past (read concern `snapshot`, for as long as its
    `minSnapshotHistoryWindowInSeconds`, five minutes by default), and nobody waits. A single server cannot:
    there every write waits until the reading is over, and a guard lets them go on even if this process dies.

    Raises:
        Unavailable: MongoDB does not answer, or refuses to hold its writes.
    """
    with faults_in_words():
        looks_back = _looks_back(database)
    if looks_back:
        with database.client.start_session(snapshot=True) as session:
            yield session
    else:
        with _held_writes(settings, database):
            yield None


def _looks_back(database: Documents) -> bool:
    """Whether this is a replica set or a router, not a single server."""
    said = database.client.admin.command("hello")
    return "setName" in said or said.get("msg") == "isdbgrid"


@contextmanager
def _held_writes(settings: Settings, database: Documents) -> Iterator[None]:
    guard = _guard(settings)
    try:
        with faults_in_words():
            database.client.admin.command("fsync", lock=True)
        try:
            yield
        finally:
            with faults_in_words():
                database.client.admin.command("fsyncUnlock")
        _dismiss(guard, DONE)
    finally:
        _dismiss(guard, b"")


def _guard(settings: Settings) -> subprocess.Popen[bytes]:
    """A process of its own, out of reach of a Ctrl-C, that waits until this one is done or dead."""
    guard = subprocess.Popen(
        [sys.executable, "-m", "flow8.store.unlock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment_with({"MONGODB_URI": settings.mongodb_uri or ""}),
        start_new_session=True,
    )
    if guard.stdout is None or guard.stdout.readline() != READY:
        guard.kill()
        guard.wait()
        raise Unavailable("The guard of the snapshot did not start; look at the lines above.")
    return guard


def _dismiss(guard: subprocess.Popen[bytes], word: bytes) -> None:
    """Tell the guard how it went; without a word it lets writes go on, should they still be held."""
    if guard.stdin is None or guard.stdin.closed:
        return
    with suppress(BrokenPipeError):
        guard.stdin.write(word)
        guard.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        guard.wait(GUARD_PATIENCE)
    if guard.stdout is not None:
        guard.stdout.close()
