"""What an audit entry says of a value: without secrets, and not more than AUDIT_LOG_FIELD_MAX_BYTES of it."""

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from config.redaction import MASK, redact
from flow8.clock import iso

_SECRET_NAME: Final = re.compile(
    r"(?i)pass(word|wd|phrase)|secret|token|api_?key|private_?key|credential|authorization|cookie"
)
_LARGEST_NUMBER: Final = 2**63
_DEEPEST: Final = 20

Fields = Mapping[str, Any]


def changed(before: Fields, after: Fields) -> tuple[Fields, Fields]:
    """Both without the fields that are the same."""
    same = {name for name in before if name in after and before[name] == after[name]}
    return tuple(  # type: ignore[return-value]  # two go in, two come out
        {name: value for name, value in side.items() if name not in same} for side in (before, after)
    )


def shown(fields: Fields, most: int) -> dict[str, Any]:
    """Each field redacted and then cut to `most` bytes of JSON; fields of nothing are left out."""
    return {
        redact(name): _cut(_clean(value, name, _DEEPEST), most)
        for name, value in fields.items()
        if value is not None
    }


def _clean(value: Any, name: str, depth: int) -> Any:
    """A JSON value that a database takes, without secrets: neither known ones nor those under such a name."""
    if value is None or isinstance(value, bool):
        return value
    if _SECRET_NAME.search(name):
        return MASK
    if isinstance(value, Mapping) and depth:
        return {_name(key): _clean(inner, str(key), depth - 1) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth:
        return [_clean(inner, name, depth - 1) for inner in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, int) and abs(value) < _LARGEST_NUMBER:
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return value
    return redact(str(value))


def _name(key: Any) -> str:
    return redact(str(key)).replace("\0", "")


def _cut(value: Any, most: int) -> Any:
    """The value itself if it is short enough, else the beginning of its text and how long all of it is."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    data = text.encode()
    if len(data) <= most:
        return value
    told = f"... ({len(data)} bytes)".encode()
    kept = data[: most - len(told)] + told if most > len(told) else data[:most]
    return kept.decode("utf-8", "ignore")
