"""The compiler of schemas says what the library says, keyword by keyword and on random schemas."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry

from flow8.domain.schema import compile_schema, schema_problems
from flow8.errors import Problem

ANY_KIND: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    2.0,
    2.5,
    -3,
    10**30,
    "",
    "a",
    "abc",
    "ü",
    [],
    [1],
    [1, 1.0],
    [1, True],
    ["a", "b", 3],
]
ANY_KIND += [{}, {"a": 1}, {"a": "x", "b": 2}, {"ab": None, "b": [1]}, [{"a": 1}, {"a": 1.0}], [[], {}]]

KEYWORDS: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "integer"},
    {"type": "number"},
    {"type": "boolean"},
    {"type": "null"},
    {"type": "array"},
    {"type": "object"},
    {"type": ["integer", "string", "null"]},
    {"type": ["integer", "number"]},
    {"enum": [1, "a", None, [1], {"a": 1}]},
    {"enum": [True, 0]},
    {"const": 1},
    {"const": False},
    {"const": [1, 1]},
    {"const": {"a": 1}},
    {"minimum": 1},
    {"maximum": 1.5},
    {"exclusiveMinimum": 1},
    {"exclusiveMaximum": 2},
    {"multipleOf": 2},
    {"multipleOf": 0.5},
    {"minLength": 1},
    {"maxLength": 1},
    {"pattern": "^a"},
    {"minItems": 1},
    {"maxItems": 1},
    {"minItems": 0},
    {"uniqueItems": True},
    {"uniqueItems": False},
    {"items": {"type": "number"}},
    {"items": False},
    {"prefixItems": [{"type": "number"}, {"type": "string"}]},
    {"prefixItems": [{"type": "number"}], "items": {"type": "number"}},
    {"contains": {"type": "number"}},
    {"contains": {"type": "number"}, "minContains": 2},
    {"contains": {"type": "number"}, "minContains": 0, "maxContains": 1},
    {"minProperties": 1},
    {"maxProperties": 1},
    {"required": ["a"]},
    {"required": ["a", "b"]},
    {"properties": {"a": {"type": "number"}, "b": False}},
    {"patternProperties": {"^a": {"type": "null"}, "b$": {"type": "number"}}},
    {"patternProperties": {"^a": True}, "additionalProperties": False},
    {
        "properties": {"a": {"type": "number"}},
        "patternProperties": {"a": {"minimum": 5}},
        "additionalProperties": False,
    },
    {"additionalProperties": False},
    {"additionalProperties": {"type": "number"}},
    {"properties": {"a": True}, "additionalProperties": {"type": "string"}},
    {"propertyNames": {"maxLength": 1}},
    {"dependentRequired": {"a": ["b"], "b": ["a"]}},
    {"dependentSchemas": {"a": {"required": ["b"]}}},
    {"allOf": [{"type": "number"}, {"minimum": 1}]},
    {"anyOf": [{"type": "string"}, {"minimum": 1}]},
    {"anyOf": [{"required": ["a"]}, {"type": "null"}]},
    {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    {"oneOf": [{"type": "string"}, {"type": "null"}]},
    {"not": {"type": "string"}},
    {"not": {}},
    {"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"type": "null"}},
    {"if": {"type": "string"}, "then": {"minLength": 2}},
    {"if": {"type": "string"}, "else": {"type": "null"}},
    {"then": {"type": "null"}},
    {"$ref": "#/$defs/number", "minimum": 1},
    {"$ref": "#/$defs/tree"},
    {"format": "email", "description": "x", "x-own": 1},
]
DEFS = {
    "number": {"type": "number"},
    "tree": {"type": ["array", "number"], "items": {"$ref": "#/$defs/tree"}},
}


def wrapped(schema: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"v": schema}, "$defs": DEFS}


def library_accepts(schema: dict[str, Any], value: Any) -> bool:
    validator = Draft202012Validator(schema, registry=Registry())
    return bool(validator.is_valid(value))


@pytest.mark.parametrize("schema", [*KEYWORDS, True, False], ids=str)
def test_each_keyword_takes_and_refuses_what_the_library_does(schema: Any) -> None:
    whole = wrapped(schema)
    check = compile_schema(whole)

    ours = [check({"v": value}) == [] for value in ANY_KIND]

    assert ours == [library_accepts(whole, {"v": value}) for value in ANY_KIND]


SCHEMAS = st.recursive(
    st.sampled_from(KEYWORDS) | st.booleans(),
    lambda inner: st.one_of(
        st.builds(lambda one, other: {**one, **other}, st.sampled_from(KEYWORDS), st.sampled_from(KEYWORDS)),
        st.builds(
            lambda key, one: {key: one},
            st.sampled_from(["items", "contains", "not", "additionalProperties"]),
            inner,
        ),
        st.builds(
            lambda key, many: {key: many},
            st.sampled_from(["allOf", "anyOf", "oneOf", "prefixItems"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.builds(lambda one, other: {"properties": {"a": one, "b": other}, "required": ["a"]}, inner, inner),
        st.builds(lambda one, other, third: {"if": one, "then": other, "else": third}, inner, inner, inner),
    ),
    max_leaves=6,
)
VALUES = st.recursive(
    st.sampled_from(ANY_KIND),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "ab"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(SCHEMAS, VALUES)
def test_any_schema_takes_and_refuses_what_the_library_does(schema: Any, value: Any) -> None:
    whole = wrapped(schema)

    ours = compile_schema(whole)({"v": value}) == []

    assert ours == library_accepts(whole, {"v": value})


@given(
    SCHEMAS,
    st.sampled_from(["type", "required", "minimum", "items", "anyOf", "properties", "enum", "pattern"]),
    VALUES,
)
def test_a_broken_schema_is_refused_when_the_library_refuses_it(
    schema: Any, keyword: str, value: Any
) -> None:
    assume(isinstance(schema, dict))
    whole = wrapped({**schema, keyword: value})

    known = Draft202012Validator(Draft202012Validator.META_SCHEMA, registry=Registry()).is_valid(whole)

    assert known or schema_problems(whole, "input")


@pytest.mark.parametrize(
    ("schema", "value", "problems"),
    [
        ({"enum": ["a"]}, 1, [("", 'should be "a"')]),
        ({"const": 1}, 2, [("", "should be 1")]),
        ({"enum": ["a", None]}, 1, [("", 'should be one of "a", null')]),
        ({"enum": list(range(12))}, 12, [("", "should be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and more")]),
        ({"const": "x" * 100}, 1, [("", f'should be "{"x" * 58}…')]),
        ({"minLength": 1}, "", [("", "should have at least 1 character")]),
        ({"maxLength": 2}, "abc", [("", "should have at most 2 characters")]),
        ({"pattern": "^a"}, "b", [("", "should match the pattern ^a")]),
        ({"minItems": 2}, [], [("", "should have at least 2 items")]),
        ({"minimum": 1}, 0, [("", "should be at least 1")]),
        ({"maximum": 1}, 2, [("", "should be at most 1")]),
        ({"exclusiveMinimum": 1}, 1, [("", "should be more than 1")]),
        ({"exclusiveMaximum": 1}, 1, [("", "should be less than 1")]),
        ({"multipleOf": 0.1}, 0.35, [("", "should be a multiple of 0.1")]),
        ({"multipleOf": 0.1}, 0.3, []),
        ({"multipleOf": 0.01}, 19.99, []),
        ({"multipleOf": 3}, 10**400, [("", "should be a multiple of 3")]),
        ({"uniqueItems": True}, [1, 2, 1.0, 1], [
            ("[2]", "is the same as item 0; every item should be different"),
            ("[3]", "is the same as item 0; every item should be different")]),
        ({"contains": {"const": 1}}, [2], [("", "should hold at least 1 item of the asked shape, not 0")]),
        ({"contains": {"const": 1}, "maxContains": 1}, [1, 1], [
            ("", "should hold at most 1 item of the asked shape, not 2")]),
        ({"properties": {"a": False}}, {"a": 1}, [(".a", "is not allowed here")]),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, [
            (".ab", "has a name that does not fit: it should have at most 1 character")]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, [(".b", "is missing; a asks for it")]),
        ({"not": {}}, 1, [("", "has a shape that is not allowed here")]),
        ({"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 3, [
            ("", "fits 2 of the allowed shapes, but only one may fit")]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1, [
            ("", "fits none of the allowed shapes: should be text, or should be null")]),
        ({"anyOf": [False, False]}, 1, [("", "fits none of the allowed shapes: is not allowed here")]),
        ({"anyOf": [{"type": "null"}, {"type": "object", "required": ["a", "b"]}]}, {}, [
            (".a", "is missing"), (".b", "is missing")]),
        ({"oneOf": [{"type": "null"}, {"items": {"items": {"type": "string"}}}]}, ["", [1]], [
            ("[1][0]", "should be text")]),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {}, [
            ("", "fits none of the allowed shapes")]),
        ({"if": {"type": "string"}, "then": {"maxLength": 1}}, "ab", [
            ("", "should have at most 1 character")]),
        ({"type": "string"}, (1,), [("", "should be text")]),
        ({"type": ["integer", "string", "null"]}, [], [("", "should be a whole number, text or null")]),
    ],
)  # fmt: skip
def test_each_problem_says_what_is_asked_for(
    schema: Any, value: Any, problems: list[tuple[str, str]]
) -> None:
    check = compile_schema(wrapped(schema))

    assert check({"v": value}) == [Problem(f"v{path}", message) for path, message in problems]
