"""Verifying the audit in MongoDB: what was done behind flow8's back is named, at 200 positions."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Denied, Invalid
from flow8.services.asking import audit
from flow8.services.audit_check import verify
from flow8.services.audit_key import chain_key
from tests.support.audit import Forger, entries_of, write_entries
from tests.support.sizes import sized
from tests.support.vaults import a_vault

LENGTH = 200
Named = list[tuple[str, int | None]]


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """With a key of its own."""
    settings = replace(engine.settings, encryption_key="a" * 256, encryption_key_salt="b" * 64)
    return replace(engine, settings=settings)


@pytest.fixture
def forger(engine: Engine, admin: Actor) -> Forger:
    """Somebody who found 200 entries and may change them."""
    write_entries(engine, admin, LENGTH)
    return Forger(engine, admin.company_id)


def positions(last: int = LENGTH) -> Iterator[int]:
    """All 200 in the full size; usually the ends and some between."""
    some = sorted({1, 2, last - 1, last, *random.Random(last).sample(range(3, last - 1), 6)})
    yield from sized(some, list(range(1, last + 1)))


def faults(engine: Engine, actor: Actor, **asked: Any) -> Named:
    report = verify(engine, actor, **asked)
    assert report["holds"] is (report["faults"] == [])
    return [(fault["kind"], fault["seq"]) for fault in report["faults"]]


def test_a_whole_chain_holds_and_tells_its_head(engine: Engine, admin: Actor, forger: Forger) -> None:
    report = verify(engine, admin)

    assert (report["holds"], report["entries"], report["sealedWithSecretKey"]) == (True, LENGTH, True)
    assert report["head"] is not None
    assert report["head"]["seq"] == LENGTH
    assert report["head"]["mac"] == forger.entry(LENGTH)["mac"]


def test_each_edit_is_named(engine: Engine, admin: Actor, forger: Forger) -> None:
    for seq in positions():
        before = forger.entry(seq)
        forger.edit(seq, actor="somebody else")

        assert faults(engine, admin) == [("edited", seq)]
        forger.put(seq, before)


def test_each_deletion_is_named(engine: Engine, admin: Actor, forger: Forger) -> None:
    for seq in positions():
        before = forger.entry(seq)
        forger.delete(seq)

        assert faults(engine, admin) == [("cut_off" if seq == LENGTH else "missing", seq)]
        forger.put(seq, before)


def test_each_swap_is_named(engine: Engine, admin: Actor, forger: Forger) -> None:
    for seq in positions():
        other = seq % LENGTH + 1
        forger.swap(seq, other)

        assert sorted(faults(engine, admin)) == [("moved", place) for place in sorted((seq, other))]
        forger.swap(seq, other)


def test_each_insertion_is_named(engine: Engine, admin: Actor, forger: Forger) -> None:
    for seq in positions():
        forger.insert(seq, LENGTH)

        assert ("inserted", seq) in faults(engine, admin)
        forger.close_up(seq, LENGTH + 1)
        assert faults(engine, admin) == []


def test_each_cut_is_named_and_stays_named_when_the_chain_goes_on(
    engine: Engine, admin: Actor, forger: Forger
) -> None:
    chain = entries_of(engine, admin.company_id)
    for seq in positions():
        forger.cut(seq)

        assert faults(engine, admin) == [("cut_off", place) for place in range(seq, LENGTH + 1)]
        for entry in chain[seq - 1 :]:
            forger.put(entry["seq"], entry)

    forger.cut(LENGTH - 1)
    audit(engine, admin, "meanwhile")
    assert faults(engine, admin) == [("missing", LENGTH - 1), ("missing", LENGTH)]


def test_a_cut_that_takes_the_head_along_is_seen_by_who_kept_a_head_of_the_log(
    engine: Engine, admin: Actor, forger: Forger
) -> None:
    kept = forger.entry(LENGTH)
    heads = engine.store.database["audit_heads"]
    forger.cut(1)
    heads.delete_many({})

    assert faults(engine, admin) == []
    assert faults(engine, admin, head=f"{LENGTH}:{kept['mac']}") == [("cut_off", LENGTH)]


def test_a_removed_head_is_named(engine: Engine, admin: Actor, forger: Forger) -> None:
    engine.store.database["audit_heads"].delete_many({})
    forger.cut(100)

    assert [kind for kind, _ in faults(engine, admin)] == ["head"]
    audit(engine, admin, "meanwhile")
    assert "head" in [kind for kind, _ in faults(engine, admin)]


def test_a_changed_head_is_named(engine: Engine, admin: Actor, forger: Forger) -> None:
    forger.cut(100)
    last = forger.entry(99)
    engine.store.database["audit_heads"].update_many({}, {"$set": {"seq": 99, "mac": last["mac"]}})

    assert [kind for kind, _ in faults(engine, admin)] == ["head"]


@pytest.mark.parametrize("junk", [{"seq": "x"}, {"seal": 5}, {"at": "x"}, {"mac": None}], ids=str)
def test_junk_in_the_head_is_named_and_breaks_nothing(
    engine: Engine, admin: Actor, forger: Forger, junk: dict[str, Any]
) -> None:
    engine.store.database["audit_heads"].update_many({}, {"$set": junk})

    audit(engine, admin, "still")

    assert forger.entry(LENGTH + 1)["action"] == "still"


def test_a_head_of_the_log_is_still_there(engine: Engine, admin: Actor, forger: Forger) -> None:
    head = f"100:{forger.entry(100)['mac']}"

    assert faults(engine, admin, head=head) == []
    assert faults(engine, admin, head=head.replace("100:", "101:")) == [("cut_off", 101)]


@pytest.mark.parametrize("head", ["", "100", "x:y", "1:2", "-1:" + "a" * 64])
def test_what_is_no_head_is_refused(engine: Engine, admin: Actor, head: str) -> None:
    with pytest.raises(Invalid) as refused:
        verify(engine, admin, head=head)

    assert [problem.path for problem in refused.value.problems] == ["head"]


def test_with_another_key_nothing_holds_and_without_one_it_is_said(engine: Engine, admin: Actor) -> None:
    write_entries(engine, admin, 2)
    engine.store.database["own_secrets"].delete_many({})
    other = replace(engine, vault=a_vault(engine.store))
    without = replace(engine, settings=replace(engine.settings, encryption_key=None))

    assert faults(other, admin)[-2:] == [("other_key", 1), ("other_key", 2)]
    assert verify(without, admin)["sealedWithSecretKey"] is False


def test_many_processes_that_begin_at_once_agree_on_the_key(engine: Engine, admin: Actor) -> None:
    others = [replace(engine, vault=a_vault(engine.store)) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        keys = set(pool.map(chain_key, others))

    write_entries(others[0], admin, 1)

    assert len(keys) == 1
    assert verify(others[5], admin)["holds"] is True


def test_only_administrators_check_and_only_their_company(
    engine: Engine, admin: Actor, viewer: Actor, stranger: Actor
) -> None:
    write_entries(engine, admin, 3)
    Forger(engine, admin.company_id).edit(2, actor="x")

    with pytest.raises(Denied):
        verify(engine, viewer)

    assert (verify(engine, stranger)["holds"], verify(engine, stranger)["entries"]) == (True, 0)
