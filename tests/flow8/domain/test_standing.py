"""Who surely runs before whom, each scope by itself."""

from typing import Any

import pytest

from flow8.domain.flow import Flowlet
from flow8.domain.loops import Loops
from flow8.domain.repair import Doubts
from flow8.domain.standing import Standing
from tests.support.catalogue import body, loop

APP_IDS = frozenset({"var", "iterator"})


def standing(*given: dict[str, Any], doubts: Doubts | None = None) -> Standing:
    """The standing of these flowlets."""
    made = [Flowlet.model_validate({"appId": "var", **each}) for each in given]
    return Standing(Loops(made, APP_IDS, doubts or Doubts()))


FLOW = [{"ref": "a"}, loop(), body("b", after=[]), body("c", after=["b"]), body("d"), {"ref": "e"}]


@pytest.mark.parametrize(
    ("name", "ref", "sentence"),
    [
        ("e", "a", ""),
        ("c", "b", ""),
        ("a", "e", "which does not surely run before this flowlet; move it before this one"),
        ("a", "a", "which does not surely run before this flowlet; move it before this one"),
        ("d", "b", "which does not surely run before this flowlet; name it in after"),
        ("b", "a", ""),
        ("e", "b", ""),
        ("e", "nobody", ""),
    ],
    ids=["before", "before in a body", "later", "itself", "beside", "outside", "in a body", "nobody"],
)
def test_who_is_late(name: str, ref: str, sentence: str) -> None:
    assert standing(*FLOW).late(name, ref) == sentence


def test_for_somebody_inside_a_loop_the_sentence_speaks_of_the_loop() -> None:
    by_list = standing(loop(), body(), {"ref": "a"})
    by_after = standing(loop(), body(), {"ref": "a", "after": []})

    assert by_list.late("each", "a", loop=True) == (
        "which does not surely run before the loop each; move it before each"
    )
    assert by_after.late("each", "a", loop=True) == (
        "which does not surely run before the loop each; name it in the after of each"
    )


def test_each_scope_has_its_own_way_of_order() -> None:
    names = ["a", "each", "b", "c", "d", "e", "nobody"]

    assert [standing(*FLOW).is_by_after(name) for name in names] == [
        False, False, True, True, True, False, False]  # fmt: skip


def test_circles_of_every_scope_are_found() -> None:
    found = standing(
        {"ref": "a", "after": ["b"]},
        {"ref": "b", "after": ["a"]},
        loop(after=[]),
        body("c", after=["c"]),
        body("d", after=["c"]),
    )

    assert found.circles == [("a", "b", "a"), ("c", "c")]
    assert [found.late("each", ref) for ref in ("a", "b")] == [
        "which does not surely run before this flowlet; name it in after"
    ] * 2
    assert [found.late(name, "each") for name in ("a", "b")] == ["", ""]
    assert found.late("d", "c") == ""


def test_whose_past_holds_a_doubtful_flowlet_is_never_late() -> None:
    given = [{"ref": "a", "after": []}, {"ref": "b", "after": []}, {"ref": "c", "after": ["b"]}]

    sure, doubtful = standing(*given), standing(*given, doubts=Doubts(places=frozenset({1})))

    assert sure.late("c", "a") != ""
    assert doubtful.late("c", "a") == ""
    assert doubtful.late("a", "c") == sure.late("a", "c") != ""


def test_a_doubtful_flowlet_makes_every_order_doubtful_that_no_after_makes() -> None:
    found = standing(*FLOW, doubts=Doubts(places=frozenset({5})))

    assert found.late("a", "e") == ""
    assert found.late("d", "b") != ""


def test_a_flowlet_that_may_stand_anywhere_stands_in_no_order() -> None:
    found = standing(
        {"ref": "a"},
        {"ref": "m", "after": ["a"]},
        {"ref": "b", "after": ["m"]},
        {"ref": "c", "after": []},
        doubts=Doubts(places=frozenset({1}), adrift=frozenset({1})),
    )

    assert [found.is_by_after(name) for name in ("a", "m")] == [True, False]
    assert [found.late(name, "a") for name in ("m", "b")] == ["", ""]
    assert found.late("c", "a") != ""
