"""What a text says of its flow itself."""

from typing import Any

import pytest

from flow8.domain.apart import OwnFields, own_problems, put_together, take_apart
from tests.support.factories import a_flow


@pytest.mark.parametrize(
    ("said", "own"),
    [
        ({}, OwnFields()),
        ({"enabled": True}, OwnFields(enabled=True)),
        ({"enabled": False, "group": "sales"}, OwnFields(enabled=False, names_group=True, group="sales")),
        ({"group": None}, OwnFields(names_group=True)),
        ({"enabled": "no", "group": 3}, OwnFields()),
    ],
)
def test_only_what_is_said_counts(said: dict[str, Any], own: OwnFields) -> None:
    draft, found = take_apart(a_flow(**said))

    assert found == own
    assert draft == a_flow()


def test_the_whole_text_gives_both_parts_back() -> None:
    whole = put_together(a_flow(description="D"), enabled=False, group="sales")

    assert list(whole) == ["flow", "name", "group", "description", "enabled", "flowlets"]
    assert take_apart(whole) == (
        a_flow(description="D"),
        OwnFields(enabled=False, names_group=True, group="sales"),
    )
    assert put_together(a_flow(), enabled=True, group=None) == a_flow()


def test_what_is_none_of_these_is_named() -> None:
    assert [each.path for each in own_problems({"enabled": "yes", "group": 1})] == ["enabled", "group"]
    assert own_problems({"enabled": True, "group": None}) == []
