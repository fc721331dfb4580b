"""The guard of a snapshot: lets a single MongoDB write again when whoever held it back is dead."""

import sys

from config.settings import from_environment
from flow8.store.database import faults_in_words, open_database
from flow8.store.moment import DONE, READY


def guard() -> None:
    """Wait for the end of the input; unless the last word was that all is done, let writes go on."""
    database = open_database(from_environment())
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    if sys.stdin.buffer.read() == DONE:
        return
    admin = database.client.admin
    with faults_in_words():
        while admin.command("currentOp").get("fsyncLock"):
            admin.command("fsyncUnlock")


if __name__ == "__main__":
    guard()
