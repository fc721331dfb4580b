"""Changing the master key while everything runs."""

import pytest

from flow8.errors import Conflict, Invalid
from flow8.store import Store
from flow8.vault import Place, WrongKeys
from flow8.vault.rotation import Progress, leave_only, wrap_for
from tests.support.factories import COMPANY, OTHER_COMPANY
from tests.support.keys import KEYS, OTHER_KEYS, as_new
from tests.support.vaults import a_vault, master_of

HERE = Place(COMPANY, "record", "field")
THERE = Place(OTHER_COMPANY, "record", "field")


def rotate(store: Store) -> list[Progress]:
    return list(wrap_for(a_vault(store, {**KEYS, **as_new(OTHER_KEYS)}), master_of(OTHER_KEYS)))


def test_while_keys_are_changed_both_open_everything_and_then_only_the_new_ones(store: Store) -> None:
    old = a_vault(store)
    sealed, other = old.seal(HERE, "hunter2"), old.seal(THERE, "swordfish")

    steps = rotate(store)

    assert steps == [Progress(0, 2), Progress(1, 2), Progress(2, 2)]
    for keys in (KEYS, OTHER_KEYS):
        assert a_vault(store, keys).open(HERE, sealed) == "hunter2"
        assert a_vault(store, keys).open(THERE, other) == "swordfish"

    assert leave_only(a_vault(store, OTHER_KEYS), master_of(OTHER_KEYS)) == 2

    assert a_vault(store, OTHER_KEYS).open(HERE, sealed) == "hunter2"
    assert a_vault(store, OTHER_KEYS).open(THERE, other) == "swordfish"
    with pytest.raises(WrongKeys):
        a_vault(store).verify()
    wraps = [set(row["wraps"]) for row in store.database["data_keys"].find()]
    assert wraps == [{master_of(OTHER_KEYS).id}] * 2


def test_the_new_keys_do_not_count_before_they_open_everything(store: Store) -> None:
    old = a_vault(store)
    sealed = old.seal(HERE, "hunter2")
    old.seal(THERE, "swordfish")
    steps = wrap_for(a_vault(store, {**KEYS, **as_new(OTHER_KEYS)}), master_of(OTHER_KEYS))
    next(steps)
    next(steps)

    with pytest.raises(WrongKeys, match="the new ones of a change that is not complete"):
        a_vault(store, OTHER_KEYS).verify()
    with pytest.raises(WrongKeys):
        leave_only(a_vault(store), master_of(OTHER_KEYS))

    assert a_vault(store).open(HERE, sealed) == "hunter2"
    assert rotate(store) == [Progress(1, 2), Progress(2, 2)]
    a_vault(store, OTHER_KEYS).verify()


def test_running_it_again_changes_nothing(store: Store) -> None:
    a_vault(store).seal(HERE, "hunter2")
    rotate(store)
    before = list(store.database["data_keys"].find())

    assert rotate(store) == [Progress(1, 1)]

    assert list(store.database["data_keys"].find()) == before


def test_the_keys_in_use_are_no_new_keys(store: Store) -> None:
    a_vault(store).seal(HERE, "hunter2")

    with pytest.raises(Invalid, match="nothing to change to"):
        list(wrap_for(a_vault(store, {**KEYS, **as_new(KEYS)}), master_of(KEYS)))


def test_a_company_that_came_meanwhile_holds_the_end_back_until_its_key_is_wrapped(store: Store) -> None:
    a_vault(store).seal(HERE, "hunter2")
    rotate(store)
    late = a_vault(store).seal(THERE, "swordfish")

    with pytest.raises(Conflict) as refused:
        leave_only(a_vault(store, OTHER_KEYS), master_of(OTHER_KEYS))

    assert refused.value.error_code == "KEYS_NOT_WRAPPED"
    with pytest.raises(WrongKeys, match="secret rotate once more"):
        a_vault(store, OTHER_KEYS).open(THERE, late)
    assert a_vault(store).open(THERE, late) == "swordfish"
    rotate(store)
    leave_only(a_vault(store, OTHER_KEYS), master_of(OTHER_KEYS))
    assert a_vault(store, OTHER_KEYS).open(THERE, late) == "swordfish"


def test_a_process_that_still_has_the_former_keys_makes_no_key_that_nobody_can_open(store: Store) -> None:
    former = a_vault(store)
    sealed = former.seal(HERE, "hunter2")
    rotate(store)
    leave_only(a_vault(store, OTHER_KEYS), master_of(OTHER_KEYS))

    assert former.open(HERE, sealed) == "hunter2"  # what it knows it knows
    with pytest.raises(WrongKeys):
        former.seal(THERE, "swordfish")

    assert store.data_keys.newest(OTHER_COMPANY) is None


def test_an_end_that_died_half_way_is_completed(store: Store) -> None:
    a_vault(store).seal(HERE, "hunter2")
    rotate(store)
    store.master_keys.accept_only([master_of(OTHER_KEYS).id])

    assert leave_only(a_vault(store, OTHER_KEYS), master_of(OTHER_KEYS)) == 1
    assert leave_only(a_vault(store, OTHER_KEYS), master_of(OTHER_KEYS)) == 0
