"""Flows in the store: one draft, versions that never change, nobody's save lost."""

import pytest

from flow8.errors import Conflict
from flow8.store import Store
from tests.support.factories import COMPANY, OTHER_COMPANY, a_flow


def test_a_new_flow_holds_a_draft_and_no_version(store: Store) -> None:
    made = store.flows.create(COMPANY, a_flow(), "ana")

    found = store.flows.find(COMPANY, "a-flow")

    assert found == made
    assert (made.published, made.has_unpublished_edits) == (0, True)


def test_a_flow_is_found_by_either_id_in_its_own_company_only(store: Store) -> None:
    made = store.flows.create(COMPANY, a_flow(), "ana")

    assert store.flows.find(COMPANY, made.id) == made
    assert store.flows.find(OTHER_COMPANY, made.id) is None
    assert store.flows.find(OTHER_COMPANY, "a-flow") is None


def test_publishing_makes_the_next_version_of_the_draft(store: Store) -> None:
    first = store.flows.publish(store.flows.create(COMPANY, a_flow(), "ana"), "one", "ana")
    second = store.flows.publish(store.flows.save_draft(first, a_flow(name="New"), "bob"), "two", "bob")

    versions = [store.flows.version(COMPANY, first.id, number) for number in (1, 2)]

    assert (second.published, second.has_unpublished_edits) == (2, False)
    assert [version.definition["name"] for version in versions if version] == ["A flow", "New"]


def test_of_two_who_save_the_same_draft_the_second_is_told(store: Store) -> None:
    flow = store.flows.create(COMPANY, a_flow(), "ana")
    store.flows.save_draft(flow, a_flow(name="Ana's"), "ana")

    with pytest.raises(Conflict) as told:
        store.flows.save_draft(flow, a_flow(name="Bob's"), "bob")

    assert told.value.error_code == "DRAFT_CHANGED"


def test_a_publication_that_died_half_way_can_be_made_again(store: Store) -> None:
    flow = store.flows.create(COMPANY, a_flow(), "ana")
    store.flows.publish(flow, "died", "ana")
    store.database["flows"].update_one({"_id": flow.id}, {"$set": {"published": 0, "publishedDigest": None}})

    again = store.flows.publish(flow, "again", "ana")

    version = store.flows.version(COMPANY, flow.id, 1)
    assert again.published == 1
    assert version is not None
    assert version.note == "again"


def test_a_permanent_id_is_used_once_in_a_company(store: Store) -> None:
    store.flows.create(COMPANY, a_flow(), "ana")
    store.flows.create(OTHER_COMPANY, a_flow(), "eve")

    with pytest.raises(Conflict):
        store.flows.create(COMPANY, a_flow(), "bob")
