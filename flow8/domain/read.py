"""A flow from its text to its shape, and back."""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from flow8.domain.documents import MAX_DEPTH, Unreadable, read_document, write_yaml
from flow8.domain.flow import Flow
from flow8.domain.model import problems_of
from flow8.errors import Problem, TooLarge

MAX_FLOW_BYTES = 1_000_000


def read_flow(text: str | bytes, *, limit_bytes: int = MAX_FLOW_BYTES) -> dict[str, Any]:
    """The fields of one flow, from YAML or JSON text in UTF-8.

    Raises:
        TooLarge: the text is longer than `limit_bytes`.
        Unreadable: the text cannot be read; or holds no fields; says the line and column.
    """
    data = _bytes_of(text)
    if len(data) > limit_bytes:
        raise TooLarge(f"A flow has at most {limit_bytes} bytes; this text has {len(data)}.")
    value = read_document(_text_of(data))
    if not isinstance(value, dict):
        raise Unreadable("a flow is an object with fields such as flow, name and flowlets", 1, 1)
    return value


def parse_flow(data: Any) -> tuple[Flow | None, list[Problem]]:
    """The flow of these fields, or every problem of their shape, each with its path."""
    if problems := unfit_problems(data):
        return None, problems
    try:
        return shape_flow(data), []
    except ValidationError as error:
        return None, problems_of(error)


def shape_flow(data: dict[str, Any]) -> Flow:
    """The flow of these fields; raises pydantic's ValidationError."""
    return Flow.model_validate(data, by_alias=True, by_name=False)


def dump_flow(flow: Flow) -> dict[str, Any]:
    """The fields of a flow as `parse_flow` reads them: camelCase, in our order, defaults left out."""
    return flow.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def to_yaml(flow: Flow) -> str:
    """The YAML text of a flow; `read_flow` and `parse_flow` give the same flow back."""
    return write_yaml(dump_flow(flow))


def unfit_problems(data: Any) -> list[Problem]:
    """Why a value cannot be a flow at all, whatever its fields: parsers of JSON let some of this pass."""
    if not isinstance(data, dict):
        return [Problem("", "should be an object with fields such as flow, name and flowlets")]
    if _is_deep(data):
        return [Problem("", f"is nested deeper than {MAX_DEPTH} levels")]
    try:
        json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        return [Problem("", "holds half of a character (a lone surrogate such as \\ud83d) in a text")]
    except (ValueError, TypeError):
        return [Problem("", "holds something that JSON does not know, such as NaN or an infinity")]
    return []


def _is_deep(data: Any) -> bool:
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [inner for each in level for inner in _inside(each) if isinstance(inner, dict | list)]
    return bool(level)


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _bytes_of(text: str | bytes) -> bytes:
    try:
        return text if isinstance(text, bytes) else text.encode()
    except UnicodeEncodeError as error:
        raise _not_utf8(error.object[: error.start]) from error


def _text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(error.object[: error.start].decode()) from error


def _not_utf8(before: str) -> Unreadable:
    return Unreadable("this is not UTF-8 text", before.count("\n") + 1, len(before) - before.rfind("\n"))
