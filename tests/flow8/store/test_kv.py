"""Entries of KV in MongoDB."""

from dataclasses import replace

import pytest

from flow8.clock import utc_now
from flow8.domain.kv import Scope
from flow8.errors import Conflict
from flow8.ids import new_id
from flow8.store import Store
from flow8.store.kv import KvEntry
from flow8.store.sealed import Sealed
from tests.support.factories import COMPANY, OTHER_COMPANY


def entry(**changes: object) -> KvEntry:
    made = KvEntry(new_id(), COMPANY, Scope.GLOBAL, "", "x", "sealed", True, utc_now(), "ada")
    return replace(made, **changes)  # type: ignore[arg-type]  # each has the type of its field


def test_an_entry_is_found_by_id_and_by_place_in_its_company_only(store: Store) -> None:
    kept = entry(scope=Scope.FLOW, scope_id="f1")
    store.kv.create(kept)

    found = store.kv.get(COMPANY, kept.id)
    assert found is not None
    assert (found.id, found.where, found.sealed) == (kept.id, (Scope.FLOW, "f1"), "sealed")
    assert store.kv.at(COMPANY, "x", (Scope.FLOW, "f1")) == found
    assert store.kv.at(COMPANY, "x", (Scope.FLOW, "f2")) is None
    assert store.kv.get(OTHER_COMPANY, kept.id) is None
    assert store.kv.at(OTHER_COMPANY, "x", (Scope.FLOW, "f1")) is None
    assert not store.kv.remove(OTHER_COMPANY, kept.id)


def test_entries_of_a_key_are_found_in_the_places_asked_for(store: Store) -> None:
    for scope, scope_id in ((Scope.GLOBAL, ""), (Scope.GROUP, "sales"), (Scope.FLOW, "f1")):
        store.kv.create(entry(scope=scope, scope_id=scope_id))
    store.kv.create(entry(key="y"))

    found = store.kv.of_key(COMPANY, "x", [(Scope.GLOBAL, ""), (Scope.FLOW, "f1"), (Scope.GROUP, "other")])

    assert set(found) == {Scope.GLOBAL, Scope.FLOW}


def test_a_key_is_there_once_in_a_scope(store: Store) -> None:
    store.kv.create(entry())
    store.kv.create(entry(scope=Scope.GROUP, scope_id="sales"))

    with pytest.raises(Conflict):
        store.kv.create(entry())


def test_of_two_that_change_an_entry_as_they_read_it_one_is_told_no(store: Store) -> None:
    kept = entry()
    store.kv.create(kept)

    first = store.kv.change(kept, replace(kept, sealed="first"))
    second = store.kv.change(kept, replace(kept, sealed="second"))
    third = store.kv.change(kept, replace(kept, sealed="third"), any_rev=True)

    assert first is not None
    assert third is not None
    assert (first.rev, first.sealed, second) == (2, "first", None)
    assert (third.rev, third.sealed) == (3, "third")


def test_what_was_made_secret_meanwhile_does_not_become_readable_by_a_late_write(store: Store) -> None:
    kept = entry()
    store.kv.create(kept)
    store.kv.change(kept, replace(kept, readable=False))

    assert store.kv.change(kept, replace(kept, sealed="late"), any_rev=True) is None


def test_what_was_written_meanwhile_is_not_sealed_over(store: Store) -> None:
    kept = entry()
    store.kv.create(kept)
    [old] = store.kv.sealed(COMPANY)
    store.kv.change(kept, replace(kept, sealed="newer"))

    store.kv.reseal(COMPANY, old, "the old value, sealed anew")

    assert list(store.kv.sealed(COMPANY)) == [Sealed(kept.id, "newer")]


def test_pages_are_in_the_order_of_keys(store: Store) -> None:
    for key in ("c", "a", "b"):
        store.kv.create(entry(key=key))

    found, total = store.kv.page(COMPANY, None, skip=1, size=1)

    assert ([each.key for each in found], total) == (["b"], 3)
