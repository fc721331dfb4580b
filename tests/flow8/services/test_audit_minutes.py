"""Each minute the chain takes how many plays were started, and the log a head of each chain."""

import logging
from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.domain.play import Origin
from flow8.engine.engine import Engine
from flow8.ids import id_at
from flow8.services import audit_minutes
from flow8.services.audit_check import verify
from flow8.services.audit_minutes import keep_minute
from tests.support.audit import Forger, entries_of, write_entries
from tests.support.factories import a_play


@pytest.fixture(autouse=True)
def without_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test does not wait for two minutes; plays of this very moment count."""
    monkeypatch.setattr(audit_minutes, "LAG_SECONDS", -1.0)


def start_plays(engine: Engine, company_id: str, count: int) -> list[str]:
    plays = [a_play(company_id=company_id, origin=Origin("web", "ana", ip="192.0.2.7")) for _ in range(count)]
    for play in plays:
        engine.store.plays.insert(play, [])
    return [play.id for play in plays]


def told(engine: Engine, company_id: str) -> list[dict[str, Any]]:
    return [entry["details"] for entry in entries_of(engine, company_id)]


def test_plays_are_taken_once_each_and_no_minute_is_left_out(engine: Engine, admin: Actor) -> None:
    start_plays(engine, admin.company_id, 3)
    keep_minute(engine)
    keep_minute(engine)
    pretend_it_is_later(engine)
    start_plays(engine, admin.company_id, 2)
    keep_minute(engine)

    first, second = told(engine, admin.company_id)
    assert (first["count"], second["count"]) == (3, 2)
    assert first["from"] == ""
    assert second["from"] == first["to"]
    assert first["digest"] != second["digest"]


def pretend_it_is_later(engine: Engine) -> None:
    """The end of the last minute lies a second ahead here; plays of the next one must come after it."""
    import time

    end = engine.store.database["audit"].find_one({"action": "plays.started"})
    assert end is not None
    while id_at(time.time()) <= end["details"]["to"]:
        time.sleep(0.05)


def test_a_minute_without_plays_adds_nothing(engine: Engine, admin: Actor) -> None:
    keep_minute(engine)

    assert entries_of(engine, admin.company_id) == []


def test_each_company_is_told_of_its_own_plays(engine: Engine, admin: Actor, stranger: Actor) -> None:
    start_plays(engine, admin.company_id, 2)
    start_plays(engine, stranger.company_id, 1)

    keep_minute(engine)

    assert [each["count"] for each in told(engine, admin.company_id)] == [2]
    assert [each["count"] for each in told(engine, stranger.company_id)] == [1]


def test_the_log_gets_the_head_of_each_chain(
    engine: Engine, admin: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    write_entries(engine, admin, 2)

    with caplog.at_level(logging.INFO, "audit"):
        keep_minute(engine)

    mac = Forger(engine, admin.company_id).entry(2)["mac"]
    assert caplog.messages == [f"company={admin.company_id} head=2:{mac}"]
    assert verify(engine, admin, head=caplog.messages[0].partition("head=")[2])["holds"]


def test_a_head_that_did_not_change_is_not_told_again(
    engine: Engine, admin: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    write_entries(engine, admin, 1)

    with caplog.at_level(logging.INFO, "audit"):
        keep_minute(engine)
        keep_minute(engine)
        write_entries(engine, admin, 1)
        keep_minute(engine)

    assert [line.partition(" head=")[2][:2] for line in caplog.messages] == ["1:", "2:"]


CHANGES: dict[str, Any] = {
    "removed": lambda plays, ids: plays.delete_one({"_id": ids[1]}),
    "changed": lambda plays, ids: plays.update_one({"_id": ids[1]}, {"$set": {"origin.actor": "ben"}}),
    "added": lambda plays, ids: plays.insert_one(
        {**plays.find_one({"_id": ids[1]}), "_id": f"{ids[1][:-1]}x"}
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_play_that_was_removed_changed_or_added_is_noticed(
    engine: Engine, admin: Actor, change: Any
) -> None:
    write_entries(engine, admin, 1)
    first_minute(engine, admin)
    ids = start_plays(engine, admin.company_id, 3)
    keep_minute(engine)
    whole = verify(engine, admin, plays=True)

    change(engine.store.database["plays"], ids)

    report = verify(engine, admin, plays=True)
    assert (whole["holds"], whole["playMinutesCounted"]) == (True, 1)
    assert [(fault["kind"], fault["seq"]) for fault in report["faults"]] == [("plays", 3)]
    assert verify(engine, admin)["holds"]


def first_minute(engine: Engine, admin: Actor) -> None:
    """The first one reaches back to the oldest play, which retention may have removed."""
    start_plays(engine, admin.company_id, 1)
    keep_minute(engine)
    pretend_it_is_later(engine)


def test_a_play_that_goes_on_changes_no_minute(engine: Engine, admin: Actor) -> None:
    first_minute(engine, admin)
    [play_id] = start_plays(engine, admin.company_id, 1)
    keep_minute(engine)

    engine.store.database["plays"].update_one({"_id": play_id}, {"$set": {"state": "DONE", "title": "x"}})

    assert verify(engine, admin, plays=True)["holds"]


def test_an_entry_of_a_forger_does_not_stop_the_minutes_of_others(
    engine: Engine, admin: Actor, stranger: Actor
) -> None:
    write_entries(engine, admin, 1)
    Forger(engine, admin.company_id).edit(1, action="plays.started", details={})
    start_plays(engine, stranger.company_id, 1)

    keep_minute(engine)

    assert [each["count"] for each in told(engine, stranger.company_id)] == [1]
