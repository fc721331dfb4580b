"""Functions on objects, and on any value."""

from operator import or_
from typing import Any

from flow8.domain.expression.bounds import ExpressionError, kind_of
from flow8.domain.expression.functions.table import Row


def _entries(value: dict[str, Any]) -> list[Any]:
    return [{"key": key, "value": part} for key, part in value.items()]


def _from_entries(entries: list[Any]) -> dict[str, Any]:
    if any(type(entry) is not dict or type(entry.get("key")) is not str for entry in entries):
        raise ExpressionError("entries are objects with a text as key, and a value")
    return {entry["key"]: entry.get("value") for entry in entries}


def _pick(value: dict[str, Any], keys: list[Any]) -> dict[str, Any]:
    return {key: value[key] for key in keys if type(key) is str and key in value}


def _omit(value: dict[str, Any], keys: list[Any]) -> dict[str, Any]:
    gone = {key for key in keys if type(key) is str}
    return {key: part for key, part in value.items() if key not in gone}


def _default(value: Any, other: Any) -> Any:
    return other if value in (None, "") else value


ROWS: list[Row] = [
    ("keys(object)", "Its keys.", '{a: 1, b: 2} | keys => ["a","b"]', list),
    ("values(object)", "Its values.", "{a: 1, b: 2} | values => [1,2]", lambda value: [*value.values()]),
    ("entries(object)", "Its keys and values.", '{a: 1} | entries => [{"key":"a","value":1}]', _entries),
    ("fromEntries(list)", "Back.", '[{key: "a", value: 1}] | fromEntries => {"a":1}', _from_entries),
    ("merge(object, others)", "With the others' keys too.", '{a: 1} | merge({b: 2}) => {"a":1,"b":2}', or_),
    ("pick(object, keys)", "Only these keys.", '{a: 1, b: 2} | pick(["a"]) => {"a":1}', _pick),
    ("omit(object, keys)", "Without these keys.", '{a: 1, b: 2} | omit(["a"]) => {"b":2}', _omit),
    ("default(any, other)", "The other for null or empty text.", '"" | default(1) => 1', _default),
    ("type(any)", "Its kind.", '[] | type => "list"', kind_of),
]
