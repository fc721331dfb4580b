"""What a clean-up costs where nothing is due: a few commands and index keys, however many flows there are."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo.monitoring import CommandListener, CommandStartedEvent

from flow8.clock import utc_now
from flow8.engine.engine import Engine, engine_of
from flow8.services.retention import CleanUps
from flow8.store.database import open_database
from flow8.store.store import Store, store_of
from tests.support.aged import DAY, an_old_play, lasting

FLOWS = 150


class Heard(CommandListener):
    """Keeps every command that is sent."""

    def __init__(self) -> None:
        self.commands: list[Any] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Keep it."""
        self.commands.append(event.command)

    def succeeded(self, event: Any) -> None:
        """Nothing to do."""

    def failed(self, event: Any) -> None:
        """Nothing to do."""


@pytest.fixture
def heard() -> Heard:
    """What the watched store sent."""
    return Heard()


@pytest.fixture
def watched(engine: Engine, heard: Heard) -> Iterator[Store]:
    """A second store over the same database."""
    store = store_of(open_database(engine.settings, [heard]))
    yield store
    store.close()


def test_flows_where_nothing_is_due_cost_no_command_each(
    engine: Engine, watched: Store, heard: Heard
) -> None:
    settings = {"retention_flows_all_min_entries": 5}
    lean = lasting(engine_of(engine.settings, watched, engine.registry), **settings)
    for number in range(FLOWS):
        an_old_play(engine, 100 * DAY, flow_id=f"{number:024x}")
    clean_ups = CleanUps()
    assert clean_ups.run(lean).plays == 0
    assert len(heard.commands) > FLOWS

    heard.commands.clear()
    assert clean_ups.run(lean).plays == 0

    assert len(heard.commands) < 30


def test_looking_for_what_grew_old_reads_no_play(engine: Engine, watched: Store, heard: Heard) -> None:
    for number in range(20):
        an_old_play(engine, 100 * DAY + timedelta(minutes=number), flow_id=f"{number % 4:024x}")

    found = watched.aged_plays.stretch(utc_now() - 101 * DAY, utc_now() - 99 * DAY, 1000)

    assert (found.plays, len(found.flows)) == (20, 4)
    asked = {name: heard.commands[-1][name] for name in ("aggregate", "pipeline", "hint", "cursor")}
    told = str(engine.store.database.command("explain", asked, verbosity="executionStats"))
    assert "'totalDocsExamined': 0" in told
    assert "'totalKeysExamined': 0" not in told
