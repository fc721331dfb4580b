"""Schemas of a flow's input: what is wrong with one, and what it finds."""

import threading
import time
from typing import Any

import pytest

from flow8.domain.schema import Check, coerce_scalars, compile_schema, schema_problems
from flow8.errors import Invalid, Problem

ORDER = {
    "type": "object",
    "required": ["id", "items"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "pattern": "^[A-Z]+-[0-9]+$"},
        "express": {"type": ["boolean", "null"]},
        "items": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/item"}},
    },
    "$defs": {
        "item": {
            "type": "object",
            "required": ["qty"],
            "properties": {"qty": {"type": "integer", "minimum": 1}, "price": {"type": "number"}},
        }
    },
}


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def test_a_value_that_fits_has_no_problems() -> None:
    check = compile_schema(ORDER)

    assert check({"id": "A-1", "express": None, "items": [{"qty": 2.0, "price": 1}]}) == []


def test_every_problem_is_listed_with_its_path() -> None:
    check = compile_schema(ORDER)

    problems = check({"express": "yes", "note": 1, "items": [{"qty": 0}, {"price": "x"}, 5, {"qty": 1.5}]})

    assert problems == [
        Problem("id", "is missing"),
        Problem("express", "should be true or false or null"),
        Problem("note", "is not a field known here; remove it or mend its name"),
        Problem("items[0].qty", "should be at least 1"),
        Problem("items[1].qty", "is missing"),
        Problem("items[1].price", "should be a number"),
        Problem("items[2]", "should be an object"),
        Problem("items[3].qty", "should be a whole number"),
    ]


def test_paths_stand_below_the_given_one() -> None:
    check = compile_schema(ORDER)

    assert [problem.path for problem in check({"id": 1, "items": []}, "args")] == ["args.id", "args.items"]
    assert check(5, "args") == [Problem("args", "should be an object")]


def test_without_a_schema_everything_is_right() -> None:
    check = compile_schema(None)

    assert check({"a": [1]}) == []


def test_a_problem_never_repeats_the_value() -> None:
    check = compile_schema(an_object(a={"type": "string", "maxLength": 2, "enum": ["x"], "pattern": "y"}))

    problems = check({"a": "s3cret"})

    assert len(problems) == 3
    assert "s3cret" not in repr(problems)


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        (
            {"pattern": "(?=a)"},
            "properties.a.pattern: is not a pattern that RE2 understands: invalid perl operator",
        ),
        ({"patternProperties": {"(": {}}}, 'properties.a.patternProperties["("]: is not a pattern that RE2'),
        ({"type": "text"}, "properties.a.type: fits none of the allowed shapes"),
        ({"type": ["string", "text"]}, 'properties.a.type[1]: should be one of "array", "boolean"'),
        ({"minLength": -1}, "properties.a.minLength: should be at least 0"),
        ({"required": "x"}, "properties.a.required: should be a list"),
        ({"required": ["x", "x"]}, "properties.a.required[1]: is the same as item 0"),
        ({"properties": {"b": 5}}, "properties.a.properties.b: should be an object or true or false"),
        ({"items": [{}]}, "properties.a.items: should be an object or true or false"),
        ({"enum": 1}, "properties.a.enum: should be a list"),
        ({"pattern": 1}, "properties.a.pattern: should be text"),
        ({"$ref": 1}, "properties.a.$ref: should be text"),
        ({"patternProperties": 1}, "properties.a.patternProperties: should be an object"),
        ({"multipleOf": 0}, "properties.a.multipleOf: should be more than 0"),
        ({"$ref": "https://example.com/x.json"}, "properties.a.$ref: should name a schema within this one"),
        ({"$ref": "#name"}, "properties.a.$ref: should name a schema within this one"),
        ({"$ref": "#/$defs/none"}, "properties.a.$ref: should name a schema within this one"),
        ({"$ref": "#/properties"}, "properties.a.$ref: should name a schema within this one"),
        ({"$ref": "#/required/0"}, "properties.a.$ref: should name a schema within this one"),
        (
            {"unevaluatedProperties": False},
            "properties.a.unevaluatedProperties: is not read here; say additional",
        ),
        ({"unevaluatedItems": False}, "properties.a.unevaluatedItems: is not read here; say items instead"),
        ({"$dynamicRef": "#meta"}, "properties.a.$dynamicRef: is not read here; say $ref instead"),
        ({"dependencies": {}}, "properties.a.dependencies: is not read here; say dependentRequired"),
        ({"$id": "x"}, "properties.a.$id: is read only at the root of a schema"),
        (
            {"$schema": "http://json-schema.org/draft-07/schema#"},
            "properties.a.$schema: is read only at the root of a schema",
        ),
        ({"allOf": [{"$ref": "#/properties/a"}]}, "properties.a: refers to itself without end"),
        ({"not": {"if": {"$ref": "#/properties/a"}}}, "properties.a: refers to itself without end"),
    ],
)
def test_a_schema_that_is_not_right_is_refused(schema: dict[str, Any], sentence: str) -> None:
    problems = schema_problems({**an_object(a=schema), "required": ["a"]}, "input")

    assert len(problems) == 1
    assert str(problems[0]).startswith(f"input.{sentence}")


@pytest.mark.parametrize(
    ("schema", "problems"),
    [
        ({"type": "object"}, []),
        (
            {
                "type": "object",
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$id": "https://x/y",
            },
            [],
        ),
        ({}, [Problem("input.type", "should be object, since args are always an object")]),
        ({"type": "array"}, [Problem("input.type", "should be object, since args are always an object")]),
        ({"type": ["object"]}, [Problem("input.type", "should be object, since args are always an object")]),
        (
            {"type": "object", "$schema": "http://json-schema.org/draft-07/schema#"},
            [
                Problem(
                    "input.$schema", "should be https://json-schema.org/draft/2020-12/schema, or be left out"
                )
            ],
        ),
        ({"type": "object", "$schema": 5}, [Problem("input.$schema", "should be text")]),
        ([], [Problem("input", "should be a JSON Schema, which is an object")]),
        (True, [Problem("input", "should be a JSON Schema, which is an object")]),
        (
            {"type": "object", "enum": list(range(10_000))},
            [Problem("input", "is too large: a schema holds at most 10000 values")],
        ),
        ({"type": "object", "enum": list(range(9_000))}, []),
    ],
)
def test_the_root_of_a_schema_describes_an_object(schema: Any, problems: list[Problem]) -> None:
    assert schema_problems(schema, "input") == problems


def test_all_problems_of_a_schema_are_listed_at_once() -> None:
    schema = an_object(a={"type": "text"}, b={"pattern": "("}, c={"$ref": "x"}, d={"maximum": "5"})

    paths = sorted(problem.path for problem in schema_problems(schema, ""))

    assert paths == ["properties.a.type", "properties.b.pattern", "properties.c.$ref", "properties.d.maximum"]


def test_a_schema_with_problems_is_not_compiled() -> None:
    with pytest.raises(Invalid) as caught:
        compile_schema(an_object(a={"pattern": "("}))

    assert [problem.path for problem in caught.value.problems] == ["properties.a.pattern"]


def test_a_schema_nested_without_reason_is_refused() -> None:
    schema: dict[str, Any] = {}
    for _ in range(2000):
        schema = {"not": schema}

    assert schema_problems({"type": "object", "not": schema}, "input") == [
        Problem("input", "is nested too deeply")
    ]


@pytest.mark.parametrize(
    "schema", [ORDER, an_object(a={"$ref": "#"}), {"type": "object", "definitions": {"x": True}}]
)
def test_an_ordinary_schema_is_right(schema: dict[str, Any]) -> None:
    assert schema_problems(schema, "input") == []


def test_a_pointer_may_hold_encoded_names() -> None:
    schema = an_object(a={"$ref": "#/$defs/x~1y%20~0z"}) | {"$defs": {"x/y ~z": {"type": "null"}}}

    assert compile_schema(schema)({"a": 1}) == [Problem("a", "should be null")]


def test_a_schema_may_refer_to_itself_further_down() -> None:
    check = compile_schema(an_object(child={"$ref": "#"}, name={"type": "string"}))

    problems = check({"name": "a", "child": {"child": {"name": 5, "child": {"child": 1}}}})

    assert [problem.path for problem in problems] == ["child.child.name", "child.child.child.child"]


def test_a_value_nested_without_reason_is_a_problem_not_a_crash() -> None:
    check = compile_schema(an_object(child={"$ref": "#"}))
    value: dict[str, Any] = {}
    for _ in range(5000):
        value = {"child": value}

    assert check(value, "args") == [Problem("args", "is nested too deeply to be checked")]


def test_no_more_than_a_thousand_problems_are_listed() -> None:
    check = compile_schema(an_object(a={"type": "array", "items": {"type": "string"}}))

    problems = check({"a": [1] * 5000}, "args")

    assert len(problems) == 1001
    assert problems[-1] == Problem("args", "has more problems; the first 1000 are listed")


def a_doubling_schema() -> dict[str, Any]:
    """Forty steps that each double the work of the one before: 2^40 in all."""
    steps = {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}
    return an_object(a={"$ref": "#/$defs/d0"}) | {"$defs": {**steps, "d40": {"type": "string"}}}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (a_doubling_schema(), {"a": 1}),
        (
            an_object(a={"type": "array", "items": {"type": "array", "items": True}}),
            {"a": [[1] * 1000] * 6000},
        ),
    ],
    ids=["a schema that doubles", "a huge value"],
)
def test_a_check_that_would_take_long_is_given_up(schema: dict[str, Any], value: Any) -> None:
    check = compile_schema(schema)
    began = time.process_time()

    problems = check(value, "args")

    assert [problem.message[:27] for problem in problems] == ["is too large to be checked:"]
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ({"pattern": "^(a+)+$"}, "a" * 50_000 + "b"),
        ({"patternProperties": {"^(a+)+$": {"type": "null"}}}, {"a" * 50_000 + "b": 1}),
        ({"uniqueItems": True}, [{"n": n} for n in range(50_000)]),
        ({"enum": [{"n": n} for n in range(2_000)]}, {"n": -1}),
    ],
    ids=["pattern", "patternProperties", "uniqueItems", "enum"],
)
def test_a_value_made_to_be_slow_is_not(keyword: dict[str, Any], value: Any) -> None:
    check = compile_schema(an_object(a=keyword))
    began = time.process_time()

    check({"a": value})

    assert time.process_time() - began < 2


def test_a_large_body_with_one_mistake_is_checked_quickly() -> None:
    check = compile_schema(ORDER)
    items: list[Any] = [{"qty": 1, "price": 2.5}] * 100_000
    began = time.process_time()

    problems = check({"id": "A-1", "items": [*items, {"qty": 0}]})

    assert time.process_time() - began < 2
    assert problems == [Problem("items[100000].qty", "should be at least 1")]


def test_a_check_is_shared_by_threads() -> None:
    check = compile_schema(ORDER)
    found: list[list[Problem]] = []

    threads = [
        threading.Thread(target=lambda n=n: found.append(check({"id": n, "items": []}))) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(problems) for problems in found] == [2] * 8


SCALARS = an_object(
    n={"type": "integer"},
    x={"type": "number"},
    b={"type": "boolean"},
    s={"type": "string"},
    maybe={"anyOf": [{"type": "integer"}, {"type": "null"}]},
    either={"type": ["integer", "string"]},
    ref={"$ref": "#/$defs/count"},
    all={"allOf": [{"$ref": "#/$defs/count"}, {"minimum": 1}]},
    one={"oneOf": [{"type": "boolean"}, {"type": "integer"}]},
    free={},
    anything=True,
    loop={"$ref": "#/$defs/loop"},
) | {
    "$defs": {"count": {"type": "integer"}, "loop": {"properties": {}, "anyOf": [True, {"type": "integer"}]}}
}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("n", "5", 5),
        ("n", "-5", -5),
        ("n", "5.0", 5.0),
        ("n", "5.5", "5.5"),
        ("n", "05", "05"),
        ("n", "five", "five"),
        ("n", "", ""),
        ("n", "9" * 400, "9" * 400),
        ("x", "5.5", 5.5),
        ("x", "1e3", 1000.0),
        ("x", "1e999", "1e999"),
        ("x", "true", "true"),
        ("b", "true", True),
        ("b", "false", False),
        ("b", "True", "True"),
        ("b", "1", "1"),
        ("s", "5", "5"),
        ("s", "true", "true"),
        ("maybe", "5", 5),
        ("maybe", "null", "null"),
        ("either", "5", "5"),
        ("ref", "5", 5),
        ("all", "5", 5),
        ("one", "true", True),
        ("one", "5", 5),
        ("free", "5", "5"),
        ("anything", "5", "5"),
        ("loop", "5", 5),
        ("unknown", "5", "5"),
    ],
)
def test_a_text_from_a_query_takes_the_type_of_its_property(name: str, text: str, value: object) -> None:
    found = coerce_scalars(SCALARS, {name: text})[name]

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("schema", [None, {"type": "object"}])
def test_without_properties_all_values_stay_text(schema: dict[str, Any] | None) -> None:
    assert coerce_scalars(schema, {"a": "5", "b": "true"}) == {"a": "5", "b": "true"}


def test_the_type_of_a_property_that_goes_in_circles_is_looked_for_only_so_long() -> None:
    schema = an_object(a={"anyOf": [{"$ref": "#/properties/a"}, {"$ref": "#/properties/a"}]})

    assert coerce_scalars(schema, {"a": "5"}) == {"a": "5"}


def test_a_check_can_be_made_of_any_rule() -> None:
    assert Check(lambda _value, _where, _report: None)(5) == []
