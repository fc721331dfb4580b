"""Functions with regular expressions, by RE2, whose time grows with the text and never explodes."""

import re
from collections.abc import Iterator
from functools import lru_cache
from time import thread_time_ns
from typing import Any

import re2

from flow8.domain.expression.bounds import ExpressionError, Run, room
from flow8.domain.expression.functions.table import Row

_LONGEST = 500
_MEMORY = 1 << 20
_GROUP = re.compile(r"\\([0-9])")


@lru_cache(256)
def compiled(pattern: str) -> Any:
    """The RE2 expression of a pattern of at most 500 characters."""
    room(len(pattern), _LONGEST)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error:
        raise ExpressionError("the pattern is no regular expression of RE2") from None


def _found(run: Run, text: str, pattern: str) -> Iterator[Any]:
    # RE2 cannot be stopped: its worst, 4 ns for a character and instruction, is paid before it starts, and
    # what it has really used is paid from match to match.
    since = thread_time_ns()
    expression = compiled(pattern)
    run.spend(len(text) * expression.programsize >> 8)
    matches, match = expression.finditer(text), None
    while True:
        match = next(matches, None)
        since, before = thread_time_ns(), since
        run.spend(1 + (since - before) // 1000)
        if match is None:
            return
        yield match


def _group(match: Any, group: int | None = None) -> Any:
    group = min(match.re.groups, 1) if group is None else group
    return match[group] if 0 <= group <= match.re.groups else None


def _matches(run: Run, text: str, pattern: str) -> bool:
    return any(_found(run, text, pattern))


def _extract(run: Run, text: str, pattern: str, *group: int) -> Any:
    return next((_group(match, *group) for match in _found(run, text, pattern)), None)


def _extract_all(run: Run, text: str, pattern: str, *group: int) -> list[Any]:
    return [_group(match, *group) for match in _found(run, text, pattern)]


def _replace(run: Run, text: str, pattern: str, new: str) -> str:
    pieces, size, end, fixed = [], 0, 0, _GROUP.split(new)
    for match in _found(run, text, pattern):
        filled = [_group(match, int(piece)) or "" if odd % 2 else piece for odd, piece in enumerate(fixed)]
        size += sum(map(len, filled))
        room(size)
        pieces += [text[end : match.start()], *filled]
        end = match.end()
    return "".join([*pieces, text[end:]])


ROWS: list[Row] = [
    ("matches(text, pattern)", "The pattern is found.", '"a1" | matches("[0-9]$") => true', _matches),
    ("extract(text, pattern, group?)", "The first.", '"id 42" | extract("[0-9]+") => "42"', _extract),
    ("extractAll(text, pattern, group?)", "All.", '"1b2" | extractAll("[0-9]") => ["1","2"]', _extract_all),
    ("replaceAll(text, pattern, new)", "With new.", '"a1" | replaceAll("[0-9]", "") => "a"', _replace),
]
