"""Retention of the audit: by age, never the last ten, and the chain still verifies behind its anchor."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from flow8.clock import utc_now
from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.services.asking import audit
from flow8.services.audit_check import verify
from flow8.services.audit_retention import remove_old_entries
from flow8.services.retention import clean_up
from tests.support.audit import Forger, entries_of, write_entries

LATER = timedelta(minutes=1)


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """With a key of its own."""
    return replace(engine, settings=replace(engine.settings, encryption_key="a" * 256))


def removed_until(engine: Engine, moment: datetime) -> int:
    """Remove what every company may let go by the settings; how many entries there were."""
    keep = engine.settings.retention_audit_min_entries
    return sum(
        remove_old_entries(engine, company_id, moment, keep) for company_id in engine.store.audit.companies()
    )


def seqs(engine: Engine, actor: Actor) -> list[int]:
    return [entry["seq"] for entry in entries_of(engine, actor.company_id)]


def test_young_entries_stay(engine: Engine, admin: Actor) -> None:
    write_entries(engine, admin, 15)

    assert clean_up(engine).audit_entries == 0


def test_old_ones_go_but_the_last_ten_and_the_chain_holds(engine: Engine, admin: Actor) -> None:
    write_entries(engine, admin, 15)

    removed = removed_until(engine, utc_now() + LATER)
    again = removed_until(engine, utc_now() + LATER)

    assert (removed, again) == (5, 0)
    assert seqs(engine, admin) == list(range(6, 16))
    report = verify(engine, admin)
    assert (report["holds"], report["anchor"] and report["anchor"]["seq"]) == (True, 5)


def test_the_age_decides_where_it_ends(engine: Engine, admin: Actor) -> None:
    write_entries(engine, admin, 15)
    moment = entries_of(engine, admin.company_id)[-1]["at"] + timedelta(milliseconds=1)
    engine.store.audit._known.clear()
    while utc_now() <= moment:
        pass
    write_entries(engine, admin, 15)

    removed_until(engine, moment)

    assert seqs(engine, admin) == list(range(16, 31))


def test_the_chain_goes_on_behind_its_anchor_and_every_change_is_still_named(
    engine: Engine, admin: Actor
) -> None:
    write_entries(engine, admin, 15)
    removed_until(engine, utc_now() + LATER)
    write_entries(engine, admin, 15)
    removed_until(engine, utc_now() + LATER)
    Forger(engine, admin.company_id).delete(21)

    faults = verify(engine, admin)["faults"]

    assert seqs(engine, admin) == list(range(22, 31))
    assert [(fault["kind"], fault["seq"]) for fault in faults] == [("missing", 21)]


def test_what_was_changed_before_it_went_stays_known(engine: Engine, admin: Actor) -> None:
    write_entries(engine, admin, 20)
    forger = Forger(engine, admin.company_id)
    forger.edit(3, actor="x")
    forger.delete(5)
    forger.edit(10, actor="x")
    removed_until(engine, utc_now() + LATER)
    write_entries(engine, admin, 5)
    removed_until(engine, utc_now() + LATER)

    [fault] = verify(engine, admin)["faults"]

    assert (fault["kind"], fault["message"].split(" ")[0]) == ("spoiled", "3")


@pytest.mark.parametrize("what", [{"anchor.seq": 12}, {"seq": 100}])
def test_nothing_goes_when_head_or_anchor_were_changed(
    engine: Engine, admin: Actor, what: dict[str, int]
) -> None:
    write_entries(engine, admin, 15)
    removed_until(engine, utc_now() + LATER)
    write_entries(engine, admin, 10)
    engine.store.database["audit_heads"].update_many({}, {"$set": what})

    assert removed_until(engine, utc_now() + LATER) == 0
    assert verify(engine, admin)["holds"] is False


def test_a_clean_up_that_died_half_way_is_finished_by_the_next(engine: Engine, admin: Actor) -> None:
    write_entries(engine, admin, 15)
    forger = Forger(engine, admin.company_id)
    left = [forger.entry(seq) for seq in (3, 4, 5)]
    removed_until(engine, utc_now() + LATER)
    for entry in left:
        forger.put(entry["seq"], entry)
    assert verify(engine, admin)["holds"]

    assert removed_until(engine, utc_now() + LATER) == 3
    assert seqs(engine, admin)[0] == 6


def test_each_company_keeps_its_own_last_ten(engine: Engine, admin: Actor, stranger: Actor) -> None:
    write_entries(engine, admin, 12)
    audit(engine, stranger, "x")

    assert removed_until(engine, utc_now() + LATER) == 2
    assert seqs(engine, stranger) == [1]
