"""JSON Schema 2020-12: whether a schema is right, and what is wrong with a value.

Nothing is fetched: a `$ref` stays within its schema. Patterns are RE2, and `format` is a note for people.
Keywords that are not read here (`unevaluatedProperties`, `$dynamicRef` …) are refused, never ignored.
"""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any
from urllib.parse import unquote

from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # it ships no types

from flow8.domain.graph import Gate, find_circles
from flow8.domain.model import path_of
from flow8.domain.numerals import number_in
from flow8.domain.patterns import text_pattern
from flow8.domain.schema_compiler import Compiler
from flow8.domain.schema_rules import Enough, Report, Rule, TooMuch, anything
from flow8.errors import Invalid, Problem

MAX_PROBLEMS = 1000
MAX_STEPS = 5_000_000
"""What one check may cost, a field or an item being 1: one or two seconds of work."""
MAX_SCHEMA_VALUES = 10_000

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_VOCABULARIES = ("core", "applicator", "validation", "meta-data", "format-annotation", "content")
_ONE = ("items", "contains", "additionalProperties", "propertyNames", "if", "then", "else", "not")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
_SAME_VALUE = frozenset({"if", "then", "else", "not", "allOf", "anyOf", "oneOf", "dependentSchemas"})
"""Keywords whose schemas look at the same value again, so that a circle through them never ends."""
_NOT_READ: Mapping[str, str] = {
    "unevaluatedProperties": "say additionalProperties instead",
    "unevaluatedItems": "say items instead",
    "additionalItems": "say items instead",
    "dependencies": "say dependentRequired or dependentSchemas instead",
    "$dynamicRef": "say $ref instead",
    "$recursiveRef": "say $ref instead",
}
_MAX_TYPE_STEPS = 50

Parts = tuple[str | int, ...]


class Check:
    """A compiled schema. Calling it lists every problem of a value with its path, at most 1,000 of them.

    It never changes and may be shared by threads.
    """

    __slots__ = ("_rule",)

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def __call__(self, value: Any, path: str = "") -> list[Problem]:
        """Every problem of the value; their paths stand below `path`."""
        report = Report([MAX_STEPS], MAX_PROBLEMS)
        try:
            self._rule(value, None, report)
        except Enough:
            report.found.append((None, f"has more problems; the first {MAX_PROBLEMS} are listed"))
        except TooMuch:
            return [Problem(path, f"is too large to be checked: it would take over {MAX_STEPS} steps")]
        except RecursionError:
            return [Problem(path, "is nested too deeply to be checked")]
        return report.problems(path) if report.found else []


def compile_schema(schema: dict[str, Any] | None) -> Check:
    """The check of a schema; without a schema everything is right.

    Raises:
        Invalid: the schema itself is not right; every problem is listed.
    """
    if schema is None:
        return Check(anything)
    if problems := schema_problems(schema, ""):
        raise Invalid("This JSON Schema is not right.", problems=problems)
    return Check(Compiler(lambda ref: _target(schema, ref)).rule(schema))


def schema_problems(schema: Any, path: str) -> list[Problem]:
    """Everything wrong with the schema of a flow's input: it must be one, and describe an object."""
    if not isinstance(schema, dict):
        return [Problem(path, "should be a JSON Schema, which is an object")]
    try:
        if not _is_small(schema):
            return [Problem(path, f"is too large: a schema holds at most {MAX_SCHEMA_VALUES} values")]
        problems = [*_root_problems(schema, path), *_judge()(schema, path), *_unfit_parts(schema, path)]
    except RecursionError:
        return [Problem(path, "is nested too deeply")]
    return list(dict.fromkeys(problems))


def coerce_scalars(schema: dict[str, Any] | None, values: Mapping[str, str]) -> dict[str, Any]:
    """Values of a query or path in the types that the schema's properties name.

    Text stays text where the schema takes text or names no type, or where it writes no value of that type.
    """
    root = schema or {}
    known = root.get("properties", {})
    return {
        name: _coerced(text, _types(root, known[name])) if name in known else text
        for name, text in values.items()
    }


@cache
def _judge() -> Check:
    """The standard's own schema of schemas, its vocabularies put together into one document."""
    documents = [REGISTRY.contents(f"{_DIALECT.removesuffix('schema')}meta/{name}") for name in _VOCABULARIES]
    documents.append(REGISTRY.contents(_DIALECT))
    whole = {
        "type": ["object", "boolean"],
        "properties": {name: each for document in documents for name, each in document["properties"].items()},
        "$defs": {name: each for document in documents for name, each in document.get("$defs", {}).items()},
    }
    return Check(Compiler(partial(_in_standard, whole)).rule(whole))


def _in_standard(whole: dict[str, Any], ref: str) -> Any:
    """`#meta` means a schema; any other reference names its vocabulary, which is in the whole by now."""
    _, _, pointer = ref.partition("#")
    return whole if pointer == "meta" else _target(whole, f"#{pointer}")


def _root_problems(schema: dict[str, Any], path: str) -> Iterator[Problem]:
    if schema.get("type") != "object":
        yield Problem(path_of(["type"], path), "should be object, since args are always an object")
    dialect = schema.get("$schema", _DIALECT)
    if isinstance(dialect, str) and dialect != _DIALECT:
        yield Problem(path_of(["$schema"], path), f"should be {_DIALECT}, or be left out")


def _unfit_parts(root: dict[str, Any], path: str) -> Iterator[Problem]:
    """What we ask beyond the standard: local references, RE2 patterns, nothing unread, no circles."""
    schemas = dict(_schemas_in(root, ()))
    places: dict[Parts, str] = {tuple(map(str, parts)): path_of(parts, path) for parts in schemas}
    before: dict[str, Gate] = {}
    for parts, schema in schemas.items():
        where = path_of(parts, path)
        yield from _unread_keywords(schema, where, is_root=not parts)
        yield from _pattern_problems(schema, where)
        ref = schema.get("$ref", "")
        target = places.get(_pointer(ref))
        if ref and isinstance(ref, str) and target is None:
            yield Problem(
                path_of(["$ref"], where), "should name a schema within this one, such as #/$defs/item"
            )
        again = [path_of(inner, where) for inner, _ in _children(schema) if inner[0] in _SAME_VALUE]
        before[where] = (*again, target) if target else tuple(again)
    for circle in find_circles(before):
        yield Problem(circle[0], "refers to itself without end")


def _unread_keywords(schema: Mapping[str, Any], where: str, *, is_root: bool) -> Iterator[Problem]:
    for keyword, instead in _NOT_READ.items():
        if keyword in schema:
            yield Problem(path_of([keyword], where), f"is not read here; {instead}")
    for keyword in ("$id", "$schema"):
        if keyword in schema and not is_root:
            yield Problem(path_of([keyword], where), "is read only at the root of a schema")


def _pattern_problems(schema: Mapping[str, Any], where: str) -> Iterator[Problem]:
    found: dict[Parts, Any] = {("pattern",): schema.get("pattern")}
    if isinstance(schema.get("patternProperties"), dict):
        found |= {("patternProperties", source): source for source in schema["patternProperties"]}
    for parts, source in found.items():
        try:
            text_pattern(source if isinstance(source, str) else "")
        except ValueError as error:
            yield Problem(path_of(parts, where), f"is not a pattern that RE2 understands: {error}")


def _schemas_in(schema: Mapping[str, Any], parts: Parts) -> Iterator[tuple[Parts, Mapping[str, Any]]]:
    """The schema and every schema inside it, with their places; `true` and `false` stand as empty schemas."""
    yield parts, schema
    for inner, child in _children(schema):
        yield from _schemas_in(child, parts + inner)


def _children(schema: Mapping[str, Any]) -> Iterator[tuple[Parts, Mapping[str, Any]]]:
    candidates: list[tuple[Parts, Any]] = [((key,), schema[key]) for key in _ONE if key in schema]
    for key in _LISTS:
        if isinstance(schema.get(key), list):
            candidates += [((key, position), child) for position, child in enumerate(schema[key])]
    for key in _MAPS:
        if isinstance(schema.get(key), dict):
            candidates += [((key, name), child) for name, child in schema[key].items()]
    for parts, child in candidates:
        if isinstance(child, dict | bool):
            yield parts, child if isinstance(child, dict) else {}


def _is_small(schema: Any) -> bool:
    count, waiting = 0, [schema]
    while waiting and count <= MAX_SCHEMA_VALUES:
        value = waiting.pop()
        count += 1
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return count <= MAX_SCHEMA_VALUES


def _pointer(ref: Any) -> Parts:
    """The steps of a reference within its own document; any other reference leads to where nothing is."""
    if ref == "#":
        return ()
    if not isinstance(ref, str) or not ref.startswith("#/"):
        return ("",)
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in unquote(ref[2:]).split("/"))


def _target(root: Any, ref: str) -> Any:
    """The schema that a reference names, in a document whose references are known to be right."""
    found = root
    for step in _pointer(ref):
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found


def _types(root: Mapping[str, Any], schema: Any) -> set[str]:
    """The types that a schema names, itself or through references and alternatives."""
    types: set[str] = set()
    waiting = [schema]
    for _ in range(_MAX_TYPE_STEPS):
        if not waiting:
            break
        each = waiting.pop()
        if not isinstance(each, dict):
            continue
        named = each.get("type", ())
        types |= {named} if isinstance(named, str) else set(named)
        waiting += [*each.get("anyOf", ()), *each.get("oneOf", ()), *each.get("allOf", ())]
        if "$ref" in each:
            waiting.append(_target(root, each["$ref"]))
    return types


def _coerced(text: str, types: set[str]) -> Any:
    if "string" in types:
        return text
    number = number_in(text)
    if number is not None and ("number" in types or ("integer" in types and number == int(number))):
        return number
    return text == "true" if "boolean" in types and text in {"true", "false"} else text
