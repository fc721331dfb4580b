"""The audit as text, piece by piece: a CSV for spreadsheets, or one JSON list."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final

COLUMNS: Final = (
    "seq",
    "at",
    "action",
    "actor",
    "subject",
    "door",
    "ip",
    "userId",
    "keyId",
    "requestId",
    "before",
    "after",
    "details",
    "id",
    "mac",
)
ROWS: Final = 200
"""So many entries make one piece."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet may calculate what begins so."""

Shape = Mapping[str, Any]


def as_csv(entries: Iterable[Shape]) -> Iterator[str]:
    """A line of names, then one for each entry; no cell can be taken for a formula."""
    lines = chain([list(COLUMNS)], (_cells(entry) for entry in entries))
    while some := list(islice(lines, ROWS)):
        piece = io.StringIO()
        csv.writer(piece, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(some)
        yield piece.getvalue()


def as_json(entries: Iterable[Shape]) -> Iterator[str]:
    """A list, one entry on each line."""
    entries, before = iter(entries), "[\n"
    while some := list(islice(entries, ROWS)):
        yield before + ",\n".join(_json(entry) for entry in some)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


FORMATS: Final[Mapping[str, tuple[str, Callable[[Iterable[Shape]], Iterator[str]]]]] = {
    "csv": ("text/csv", as_csv),
    "json": ("application/json", as_json),
}
"""Each format with its media type."""


def _cells(entry: Shape) -> list[str]:
    return [_safe(_cell(entry[name])) for name in COLUMNS]


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return _json(value) if value else ""
    return "" if value is None else str(value)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _json(value: Any) -> str:
    """What a forger put in is shown as text, so that an export never breaks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
