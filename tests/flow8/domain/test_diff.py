"""What differs between two definitions of a flow."""

from typing import Any

from flow8.domain.diff import MOST, FieldChange, diff
from tests.support.factories import a_flow


def step(ref: str, **fields: Any) -> dict[str, Any]:
    return {"ref": ref, "appId": "var", **fields}


def test_the_same_flow_has_no_diff_whatever_the_order_of_its_fields() -> None:
    one = a_flow(step("a", args={"values": {"x": 1, "y": 2}}), title="T")
    other = dict(reversed(one.items()))
    other["flowlets"] = [{"args": {"values": {"y": 2, "x": 1}}, "appId": "var", "ref": "a"}]

    assert diff(one, other).is_empty


def test_layout_is_no_difference() -> None:
    drawn = a_flow(step("a", position={"x": 3}), layout={"zoom": 2})

    assert diff(a_flow(step("a")), drawn).is_empty


def test_flowlets_are_added_removed_and_changed_by_their_refs() -> None:
    before = a_flow(step("a"), step("b", after=["a"], args={"n": 1}), step("c", after=["b"]))
    after = a_flow(step("a"), step("b", after=["a"], args={"n": 2, "m": 3}), step("d", after=["b"]))

    found = diff(before, after)

    assert [each["ref"] for each in found.added] == ["d"]
    assert [each["ref"] for each in found.removed] == ["c"]
    (changed,) = found.changed
    assert changed.ref == "b"
    assert changed.fields == (
        FieldChange("args.n", "changed", 1, 2),
        FieldChange("args.m", "added", None, 3),
    )
    assert not found.is_reordered


def test_fields_of_the_flow_are_told_by_their_paths() -> None:
    before = a_flow(title="Old", input={"required": ["a", "b"]})
    after = a_flow(name="New", input={"required": ["a"]})

    assert diff(before, after).fields == (
        FieldChange("name", "changed", "A flow", "New"),
        FieldChange("title", "removed", "Old", None),
        FieldChange("input.required[1]", "removed", "b", None),
    )


def test_the_place_in_the_list_counts_only_where_it_is_the_order() -> None:
    def reordered(**fields: Any) -> bool:
        a, b = step("a", **fields), step("b", **fields)
        return diff(a_flow(a, b), a_flow(b, a)).is_reordered

    assert reordered()
    assert not reordered(after=[])
    assert not reordered(index=1)


def test_one_and_true_are_not_the_same() -> None:
    (changed,) = diff(a_flow(step("a", args={"x": 1})), a_flow(step("a", args={"x": True}))).changed

    assert changed.fields == (FieldChange("args.x", "changed", 1, True),)


def test_drafts_of_a_wrong_shape_are_compared_as_well() -> None:
    found = diff({"flowlets": ["x", {"appId": "var"}]}, {"flowlets": {"a": 1}, "name": 3})

    assert [each["appId"] for each in found.removed] == ["var"]
    assert found.fields == (FieldChange("name", "added", None, 3),)


def test_a_diff_without_end_is_cut_and_says_so() -> None:
    found = diff({}, {"input": {str(number): number for number in range(MOST + 1)}, "flowlets": []})

    # A field that is new is one change, however much it holds.
    assert not found.is_cut
    one = {"input": {str(number): 0 for number in range(MOST + 1)}}
    other = {"input": {str(number): 1 for number in range(MOST + 1)}}
    assert diff(one, other).is_cut
    assert len(diff(one, other).fields) == MOST


def test_flowlets_that_only_start_at_another_time_are_told_apart() -> None:
    old = [step(f"s{n}", index=n) for n in range(5)]
    new = [step(f"s{n}", index=4 - n if n != 2 else 9) for n in range(5)]
    before = a_flow(*old, step("gone", index=9), step("charge", index=9, retry={"count": 1}))
    after = a_flow(*new, step("more", index=9), step("charge", index=9, retry={"count": 3}))

    found = diff(before, after)

    assert [each.ref for each in found.moved] == ["s0", "s1", "s2", "s3", "s4"]
    assert [each["ref"] for each in (*found.added, *found.removed)] == ["more", "gone"]
    assert [each.ref for each in found.changed] == ["charge"]
    assert not diff(a_flow(*old), a_flow(*new)).is_empty


def test_whoever_changes_and_moves_is_changed() -> None:
    before, after = (a_flow(step("a", index=n, args={"n": n})) for n in (1, 2))

    found = diff(before, after)

    assert ([each.ref for each in found.changed], found.moved) == (["a"], ())


def test_in_a_list_those_moved_that_have_another_place_among_the_rest() -> None:
    before = a_flow(step("a"), step("b"), step("c"), step("d"))
    after = a_flow(step("new"), step("a"), step("c"), step("b"), step("d"))

    assert [each.ref for each in diff(before, after).moved] == ["c", "b"]
