"""Forms drawn from schemas, and args read back from what was typed."""

from typing import Any

import pytest

from flow8.errors import Problem
from web.pages.forms import Kind, fields_of, filled, read, skeleton_of, with_problems

ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "items"],
    "properties": {
        "id": {"type": "string", "title": "Number", "description": "The number of the order."},
        "note": {"type": "string", "maxLength": 2000},
        "weight": {"type": "number", "minimum": 0},
        "boxes": {"type": "integer", "default": 1, "maximum": 9},
        "express": {"type": "boolean", "default": True},
        "size": {"enum": ["S", 1, "1"]},
        "items": {"type": "array", "examples": [[{"price": 3, "qty": 2}]]},
    },
}


def args_of(schema: dict[str, Any] | None, **typed: str) -> tuple[Any, list[Problem]]:
    return read(filled(fields_of(schema), typed))


def typed(**values: str) -> dict[str, str]:
    return {f"arg.{name}": value for name, value in values.items()}


def test_each_property_gets_a_field_of_its_kind() -> None:
    fields = fields_of(ORDER)

    assert [(field.path, field.kind, field.required) for field in fields] == [
        ("args.id", Kind.TEXT, True),
        ("args.note", Kind.LONG, False),
        ("args.weight", Kind.NUMBER, False),
        ("args.boxes", Kind.INTEGER, False),
        ("args.express", Kind.FLAG, False),
        ("args.size", Kind.CHOICE, False),
        ("args.items", Kind.JSON, True),
    ]


def test_labels_hints_and_bounds_come_from_the_schema() -> None:
    number, _, weight, boxes, *_ = fields_of(ORDER)

    assert (number.label, number.hint) == ("Number", "The number of the order.")
    assert weight.bounds == (("min", 0),)
    assert boxes.bounds == (("max", 9),)


def test_defaults_and_examples_are_filled_in() -> None:
    values = {field.name: field.value for field in fields_of(ORDER)}

    assert values["arg.boxes"] == "1"
    assert values["arg.express"] == "true"
    assert values["arg.items"] == '[\n  {\n    "price": 3,\n    "qty": 2\n  }\n]'


def test_an_example_of_the_whole_fills_each_field() -> None:
    schema = {
        "properties": {"id": {"type": "string"}, "items": {"type": "array"}},
        "examples": [{"id": "A1", "items": [1]}],
    }

    assert [field.value for field in fields_of(schema)] == ["A1", "[\n  1\n]"]


def test_without_an_example_json_starts_with_the_shape() -> None:
    item = {"properties": {"name": {"type": "string"}, "qty": {"type": "number"}, "odd": {}}}

    assert skeleton_of({"type": "array", "items": item}) == [{"name": "", "qty": 0, "odd": {}}]


def test_a_shape_without_end_is_cut() -> None:
    nested: dict[str, Any] = {"type": "array"}
    nested["items"] = nested

    assert skeleton_of(nested) == [[[[[[None]]]]]]


def test_args_have_the_kinds_of_their_fields() -> None:
    given = typed(id="A1", weight="1.5", boxes="3", express="true", size='"1"', items='[{"qty": 1}]')

    args, problems = args_of(ORDER, **given)

    assert problems == []
    assert args == {
        "id": "A1",
        "weight": 1.5,
        "boxes": 3,
        "express": True,
        "size": "1",
        "items": [{"qty": 1}],
    }


def test_empty_fields_are_left_out_but_a_needed_text_is_empty_and_a_flag_is_off() -> None:
    args, problems = args_of(ORDER, **typed(id="", items="[]"))

    assert problems == []
    assert args == {"id": "", "express": False, "items": []}


def test_lines_of_a_long_text_end_as_everywhere_else() -> None:
    args, _ = args_of({"properties": {"note": {"type": "string", "maxLength": 999}}}, **typed(note="a\r\nb"))

    assert args == {"note": "a\nb"}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("boxes", "three", "must be a whole number"),
        ("boxes", "1.5", "must be a whole number"),
        ("boxes", "9" * 5000, "must be a whole number"),
        ("weight", "NaN", "must be a number"),
        ("weight", "1e999", "must be a number"),
        ("items", "[1,", "is not JSON: Expecting value at line 1 column 4"),
        ("items", "NaN", "is not JSON: NaN is not JSON"),
        ("items", "[" * 100_000, "is not JSON: nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_field(name: str, text: str, sentence: str) -> None:
    _, problems = args_of(ORDER, **typed(**{"id": "A1", "items": "[]", name: text}))

    assert problems == [Problem(f"args.{name}", sentence)]


@pytest.mark.parametrize("schema", [None, {}, {"type": "array"}, {"type": "object"}, {"properties": []}])
def test_without_properties_there_is_one_field_for_everything(schema: dict[str, Any] | None) -> None:
    args, problems = args_of(schema, args='{"a": 1}')

    assert (args, problems) == ({"a": 1}, [])


def test_a_problem_inside_a_field_is_shown_at_the_field() -> None:
    problems = [Problem("args.items[0].qty", "is missing"), Problem("args.idea", "is unknown")]

    fields = with_problems(fields_of(ORDER), problems)

    assert {field.name: field.problem for field in fields if field.problem} == {
        "arg.items": "[0].qty is missing"
    }
