"""The audit as administrators list it."""

from datetime import timedelta

import pytest

from flow8.clock import utc_now
from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Denied, Invalid
from flow8.services.asking import audit
from flow8.services.audit import Wanted, export, list_entries
from tests.support.audit import Forger, actions_of, write_entries


def test_pages_follow_each_other_newest_first_without_gap_or_repeat(engine: Engine, admin: Actor) -> None:
    write_entries(engine, admin, 7)

    first = list_entries(engine, admin, Wanted(), size=3)
    second = list_entries(engine, admin, Wanted(), size=3, after=first.next)
    audit(engine, admin, "meanwhile")
    third = list_entries(engine, admin, Wanted(), size=3, after=second.next)

    seqs = [[row["seq"] for row in page.rows] for page in (first, second, third)]
    assert seqs == [[7, 6, 5], [4, 3, 2], [1]]
    assert third.next is None


def test_an_entry_tells_all_there_is_to_know(engine: Engine, admin: Actor) -> None:
    audit(engine, admin, "x.change", "thing", before={"a": 1}, after={"a": 2}, note="why")

    [row] = list_entries(engine, admin, Wanted()).rows

    assert row["at"].endswith("Z")
    assert len(row["mac"] or "") == 64
    assert row == {
        "at": row["at"],
        "mac": row["mac"],
        "id": f"{admin.company_id}/000000000001",
        "seq": 1,
        "action": "x.change",
        "actor": "ada@example.com",
        "userId": admin.user_id,
        "keyId": None,
        "door": "test",
        "ip": "192.0.2.7",
        "requestId": None,
        "subject": "thing",
        "before": {"a": 1},
        "after": {"a": 2},
        "details": {"note": "why"},
    }


def test_filters_find_what_they_say(engine: Engine, admin: Actor, stranger: Actor) -> None:
    ben = Actor(admin.company_id, "ben", admin.rights, "test")
    audit(engine, admin, "one", "a")
    audit(engine, ben, "one", "b")
    audit(engine, ben, "two", "a")
    audit(engine, stranger, "one", "a")

    def seqs(wanted: Wanted) -> list[int | None]:
        return [row["seq"] for row in list_entries(engine, admin, wanted).rows]

    assert seqs(Wanted(actor="ben")) == [3, 2]
    assert seqs(Wanted(action="one")) == [2, 1]
    assert seqs(Wanted(subject="a")) == [3, 1]
    assert seqs(Wanted(actor="ben", subject="a")) == [3]
    assert seqs(Wanted(actor="nobody")) == []
    soon = Wanted(since=utc_now() + timedelta(hours=1))
    assert list_entries(engine, admin, soon).rows == []
    assert list(export(engine, admin, soon)) == []


def test_what_is_out_of_bounds_is_named(engine: Engine, admin: Actor) -> None:
    backwards = Wanted(since=utc_now(), until=utc_now() - timedelta(1))

    with pytest.raises(Invalid) as refused:
        list_entries(engine, admin, backwards, size=0, after=0)

    assert [problem.path for problem in refused.value.problems] == ["size", "after", "to"]


def test_only_administrators_read_it_and_only_that_of_their_company(
    engine: Engine, admin: Actor, viewer: Actor, stranger: Actor
) -> None:
    write_entries(engine, admin, 1)

    with pytest.raises(Denied):
        list_entries(engine, viewer, Wanted())
    with pytest.raises(Denied):
        export(engine, viewer, Wanted())

    assert list_entries(engine, stranger, Wanted()).rows == []
    assert list(export(engine, stranger, Wanted())) == []
    assert actions_of(engine, admin.company_id) == ["channels.create", "denied", "denied"]


def test_what_a_forger_made_of_an_entry_is_listed_all_the_same(engine: Engine, admin: Actor) -> None:
    write_entries(engine, admin, 2)
    Forger(engine, admin.company_id).edit(1, at=10**17, actor={"$x": 1}, details=None)

    rows = list_entries(engine, admin, Wanted()).rows

    assert [row["seq"] for row in rows] == [2, 1]
    assert (rows[1]["actor"], rows[1]["details"]) == ("{'$x': 1}", {})
