"""Variables."""

from typing import Any

import pytest

from catalogue.modules.core.var import var
from flow8.kit import Effect, to_json
from flow8.kit.binding import args_problems, bind
from flow8.kit.testing import FakeContext


def out(values: Any) -> dict[str, Any]:
    return to_json(var.run(var.args.model_validate({"values": values}), FakeContext()))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"total": 12.5},
        {"a": None, "b": [1, {"c": True}], "d e": "", "snake_case": 1, "camelCase": 2},
        {"values": 1, "model_config": 2, "__dict__": 3, "copy": 4, "": 5, "$ref": 6, "a.b": 7},
        {"big": 2**80, "text": "{{ not looked at again }}"},
    ],
)
def test_the_output_is_exactly_the_values(values: dict[str, Any]) -> None:
    assert out(values) == values


def test_values_may_be_expressions_or_come_whole_from_one() -> None:
    assert args_problems(var, {"values": {"total": "{{ 1 + 1 }}"}}, "args") == []
    assert args_problems(var, {"values": "{{ $args }}"}, "args") == []


def test_values_that_are_no_object_are_told() -> None:
    assert [str(each) for each in args_problems(var, {"values": [1]}, "args")] == [
        "args.values: should be an object"
    ]


def test_it_changes_nothing() -> None:
    assert var.effect_of(bind(var, {"values": {}})) is Effect.NONE
