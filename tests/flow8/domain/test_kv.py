"""Which entries a flow reads, and what an entry must look like."""

from collections.abc import Collection

import pytest

from flow8.domain.flow import Flow, KvConflict
from flow8.domain.kv import Ambiguous, Scope, chosen, entry_problems, places_of, read_places
from flow8.domain.read import shape_flow
from tests.support.factories import a_flow

G, P, F = Scope.GLOBAL, Scope.GROUP, Scope.FLOW


def flow(**fields: object) -> Flow:
    return shape_flow(a_flow(**fields))


def test_a_flow_reads_its_own_entries_then_those_of_its_group_then_those_of_all() -> None:
    assert read_places(flow(), places_of("f1", "g1")) == [(G, ""), (P, "g1"), (F, "f1")]
    assert read_places(flow(), places_of("f1", None)) == [(G, ""), (F, "f1")]


def test_a_flow_that_does_not_inherit_reads_its_own_only_and_may_write_everywhere() -> None:
    places = places_of("f1", "g1")

    assert read_places(flow(kvInherit=False), places) == [(F, "f1")]
    assert places == {G: (G, ""), P: (P, "g1"), F: (F, "f1")}


@pytest.mark.parametrize(
    ("found", "conflict", "scope"),
    [
        ([], "nearest", None),
        ([G], "nearest", G),
        ([G, P, F], "nearest", F),
        ([G, P], "nearest", P),
        ([F, G], "farthest", G),
        ([F, P], "farthest", P),
        ([F], "farthest", F),
        ([P], "fail", P),
        ([], "fail", None),
    ],
)
def test_of_several_entries_the_flow_says_which_is_read(
    found: Collection[Scope], conflict: str, scope: Scope | None
) -> None:
    assert chosen(found, KvConflict(conflict)) is scope


def test_a_flow_may_rather_fail_than_choose() -> None:
    with pytest.raises(Ambiguous, match="in the scopes global and flow"):
        chosen([F, G], KvConflict.FAIL)


@pytest.mark.parametrize("key", ["a", "_", "API_TOKEN", "x" * 128])
def test_keys_are_like_refs(key: str) -> None:
    assert entry_problems(key, "x", readable=True) == []


@pytest.mark.parametrize("key", ["", "1a", "a-b", "a.b", "ä", "x" * 129, "a\n", "$a"])
def test_other_keys_are_refused(key: str) -> None:
    assert [each.path for each in entry_problems(key, "x", readable=True)] == ["key"]


@pytest.mark.parametrize("value", ["1234567", 123456789, None, [], {"pin": "1234"}, "   x      "])
def test_a_secret_that_could_not_be_found_again_is_refused_and_may_be_readable(value: object) -> None:
    assert [each.path for each in entry_problems("a", value, readable=False)] == ["value"]
    assert entry_problems("a", value, readable=True) == []


@pytest.mark.parametrize("value", ["x" * 65535, float("nan"), object()])
def test_values_are_json_of_at_most_64_kib(value: object) -> None:
    assert [each.path for each in entry_problems("a", value, readable=True)] == ["value"]


def test_a_secret_may_be_an_object_with_a_text_in_it() -> None:
    assert entry_problems("a", {"user": "ada", "password": "swordfish"}, readable=False) == []
