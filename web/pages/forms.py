"""A form for the args of a flow, drawn from its `input` schema, and the args read from what was typed."""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from flow8.domain.values import from_text
from flow8.errors import Problem
from web.pages.shown import pretty

PREFIX: Final = "arg."
WHOLE: Final = "args"
LONG_TEXT: Final = 200
DEEPEST: Final = 5
EMPTY: Final = {"string": "", "number": 0, "integer": 0, "boolean": False}
_SCALARS: Final = (str, int, float, bool, type(None))
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
Schema = Mapping[str, Any]


class Kind(StrEnum):
    """What a field is typed into."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    INTEGER = "integer"
    FLAG = "flag"
    CHOICE = "choice"
    JSON = "json"


@dataclass(frozen=True)
class Field:
    """One field of the form. `path` is what problems call it; `value` is text as it is typed or chosen."""

    name: str
    path: str
    label: str
    kind: Kind
    required: bool
    hint: str = ""
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    bounds: tuple[tuple[str, Any], ...] = ()
    problem: str = ""


def fields_of(schema: Schema | None) -> tuple[Field, ...]:
    """The fields for a schema: one for each property of an object, one of JSON for everything else."""
    properties = (schema or {}).get("properties")
    if schema is None or not isinstance(properties, dict) or schema.get("type", "object") != "object":
        return (_whole(schema or {}),)
    required = schema.get("required", ())
    sample = _first(schema.get("examples"))
    return tuple(
        _field(name, each if isinstance(each, dict) else {}, name in required, sample)
        for name, each in properties.items()
    )


def filled(fields: Iterable[Field], typed: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields as somebody filled them in."""
    return tuple(replace(field, value=_typed(field, typed)) for field in fields)


def read(fields: Sequence[Field]) -> tuple[Any, list[Problem]]:
    """The args that the fields hold, and the fields that cannot be read. Empty fields are left out."""
    args: dict[str, Any] = {}
    problems = []
    for field in fields:
        try:
            if field.value or field.kind is Kind.FLAG:
                args[field.name.removeprefix(PREFIX)] = _value(field)
            elif field.required and field.kind in {Kind.TEXT, Kind.LONG}:
                args[field.name.removeprefix(PREFIX)] = ""
        except ValueError as error:
            problems.append(Problem(field.path, str(error)))
    if [field.name for field in fields] == [WHOLE]:
        return args.get(WHOLE, {}), problems
    return args, problems


def with_problems(fields: Iterable[Field], problems: Iterable[Problem]) -> tuple[Field, ...]:
    """The fields with the problems that are theirs: of `args.items[0].qty`, the field `items`."""
    found = list(problems)
    return tuple(replace(field, problem=_problem_of(field, found)) for field in fields)


def _problem_of(field: Field, problems: Sequence[Problem]) -> str:
    own = []
    for problem in problems:
        rest = problem.path.removeprefix(field.path)
        if problem.path.startswith(field.path) and (not rest or rest[0] in ".["):
            own.append(f"{rest.lstrip('.')} {problem.message}".strip())
    return "; ".join(own)


def _whole(schema: Schema) -> Field:
    sample = schema.get("default", _first(schema.get("examples")))
    value = skeleton_of(schema) if sample is None else sample
    return Field(
        WHOLE, WHOLE, "Arguments", Kind.JSON, required=False, hint=_hint(schema), value=pretty(value)
    )


def _field(name: str, schema: Schema, required: bool, sample: Any) -> Field:  # noqa: FBT001 - private, one caller
    kind = _kind(schema)
    return Field(
        name=PREFIX + name,
        path=f"{WHOLE}.{name}",
        label=str(schema.get("title") or name),
        kind=kind,
        required=required,
        hint=_hint(schema),
        value=_start(kind, name, schema, sample),
        options=tuple((_chosen(each), str(each)) for each in schema.get("enum", ())),
        bounds=_bounds(kind, schema),
    )


def _kind(schema: Schema) -> Kind:
    choices = schema.get("enum")
    if choices and all(isinstance(each, _SCALARS) for each in choices):
        return Kind.CHOICE
    match schema.get("type"):
        case "string":
            return Kind.LONG if schema.get("maxLength", 0) > LONG_TEXT else Kind.TEXT
        case "number":
            return Kind.NUMBER
        case "integer":
            return Kind.INTEGER
        case "boolean":
            return Kind.FLAG
    return Kind.JSON


def _start(kind: Kind, name: str, schema: Schema, sample: Any) -> str:
    value = schema.get("default", _first(schema.get("examples")))
    if value is None and isinstance(sample, dict):
        value = sample.get(name)
    if kind is Kind.JSON:
        return pretty(skeleton_of(schema) if value is None else value)
    if value is None:
        return ""
    return _chosen(value) if kind in {Kind.CHOICE, Kind.FLAG} else str(value)


def _chosen(value: Any) -> str:
    """An option as JSON text, so that 1 and "1" stay apart."""
    return json.dumps(value)


def skeleton_of(schema: Any, depth: int = 0) -> Any:
    """The shape of a value with nothing in it yet, for somebody to fill in."""
    if not isinstance(schema, dict) or depth > DEEPEST:
        return None
    for given in (schema.get("default"), _first(schema.get("examples")), _first(schema.get("enum"))):
        if given is not None:
            return given
    match schema.get("type", "object"):
        case "object":
            properties = schema.get("properties")
            known = properties if isinstance(properties, dict) else {}
            return {name: skeleton_of(each, depth + 1) for name, each in known.items()}
        case "array":
            return [skeleton_of(schema["items"], depth + 1)] if "items" in schema else []
    return EMPTY.get(str(schema.get("type")))


def _bounds(kind: Kind, schema: Schema) -> tuple[tuple[str, Any], ...]:
    names = {Kind.TEXT: {"maxLength": "maxlength"}, Kind.LONG: {"maxLength": "maxlength"}}
    numeric = {"minimum": "min", "maximum": "max"}
    wanted = names.get(kind, numeric if kind in {Kind.NUMBER, Kind.INTEGER} else {})
    return tuple((html, schema[name]) for name, html in wanted.items() if name in schema)


def _hint(schema: Schema) -> str:
    return str(schema.get("description", ""))


def _first(values: Any) -> Any:
    return values[0] if isinstance(values, list) and values else None


def _typed(field: Field, typed: Mapping[str, str]) -> str:
    if field.kind is Kind.FLAG:
        return _chosen(field.name in typed)
    text = typed.get(field.name, "")
    return text.replace("\r\n", "\n") if field.kind in {Kind.LONG, Kind.JSON, Kind.TEXT} else text.strip()


def _value(field: Field) -> Any:
    """What was typed, in the kind of its field.

    Raises:
        ValueError: a sentence that says what is wrong with it.
    """
    text = field.value
    if field.kind in {Kind.TEXT, Kind.LONG}:
        return text
    if field.kind is Kind.INTEGER:
        return _number(text, "must be a whole number", int)
    if field.kind is Kind.NUMBER:
        return _number(text, "must be a number", from_text)
    try:
        return from_text(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at line {error.lineno} column {error.colno}") from error
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from error


def _number(text: str, sentence: str, read_it: Callable[[str], Any]) -> Any:
    if not _NUMBER.fullmatch(text):
        raise ValueError(sentence)
    try:
        number = read_it(text)
    except ValueError as error:
        raise ValueError(sentence) from error
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError(sentence)
    return number
