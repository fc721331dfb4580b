"""A clean-up that dies between any two of its commands leaves nothing that the next does not finish."""

import os
from typing import Any

import pytest
from pymongo.monitoring import CommandListener, CommandStartedEvent

from flow8.engine.engine import Engine, engine_of
from flow8.services.retention import CleanUps, clean_up
from flow8.store.database import open_database
from flow8.store.store import store_of
from tests.support.aged import DAY, a_full_old_play, lasting, orphans, plays_there
from tests.support.files import on_disk

WRITES = ("update", "delete", "findAndModify", "insert")
KILLED = 137


class Death(CommandListener):
    """Ends the process, as SIGKILL does, when it is about to send its nth write."""

    def __init__(self, nth: int) -> None:
        self._left = nth

    def started(self, event: CommandStartedEvent) -> None:
        """Count it."""
        if event.command_name in WRITES:
            self._left -= 1
            if self._left < 0:
                os._exit(KILLED)

    def succeeded(self, event: Any) -> None:
        """Nothing to do."""

    def failed(self, event: Any) -> None:
        """Nothing to do."""


def clean_up_and_die(engine: Engine, nth: int) -> int:
    """Clean up in a process of its own that dies before its nth write; its exit code."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            store = store_of(open_database(engine.settings, [Death(nth)]))
            clean_up(engine_of(engine.settings, store, engine.registry))
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_wherever_it_dies_the_next_one_finishes_and_nothing_is_orphaned(engine: Engine) -> None:
    lean, codes = lasting(engine), list[int]()
    young = a_full_old_play(lean, DAY)
    while 0 not in codes:
        for _ in range(3):
            a_full_old_play(lean, 100 * DAY)
        codes.append(clean_up_and_die(lean, len(codes)))

        CleanUps().run(lean)

        assert plays_there(lean) == {young.id}, f"died at write {len(codes)}"
        assert orphans(lean) == {}, f"died at write {len(codes)}"
        assert len(on_disk(lean)) == 1, f"died at write {len(codes)}"

    assert set(codes[:-1]) == {KILLED}
    assert len(codes) >= 9
