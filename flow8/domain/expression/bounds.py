"""What one evaluation may use, and the error that says when it is too much.

A step is at most about a microsecond of work. Only loops and sizes cost steps: without a loop, a source is
bounded by its own 4 kB.
"""

from collections.abc import Mapping
from math import isfinite
from sys import float_info
from typing import Any

MAX_SOURCE = 4_096
MAX_STEPS = 50_000
MAX_DEPTH = 64
MAX_TEXT = 1_000_000
MAX_LIST = 100_000
MAX_WHOLE = 2**63 - 1
KINDS = {bool: "boolean", int: "number", float: "number", str: "text", list: "list", dict: "object"}
JSON = frozenset({*KINDS, type(None)})
NUMBERS = frozenset({int, float})
_SHOWN = 200


class ExpressionError(Exception):
    """Does not parse, passes a bound or meets a wrong kind; names the expression, never the data."""

    def __init__(self, reason: str, source: str = "") -> None:
        self.reason = reason
        self.source = source if len(source) <= _SHOWN else f"{source[: _SHOWN - 3]}..."
        super().__init__(f"{reason}: {self.source}" if source else reason)

    def about(self, source: str) -> "ExpressionError":
        """The same error with the expression named, unless it names one already."""
        return self if self.source else ExpressionError(self.reason, source)


def kind_of(value: Any) -> str:
    """null, boolean, number, text, list or object."""
    return "null" if value is None else KINDS.get(type(value), "foreign thing")


def room(size: int, bound: int = MAX_TEXT) -> None:
    """Refuses a text, list or source of that size, before it is built."""
    if size > bound:
        raise ExpressionError(f"over the bound of {bound} {'items' if bound == MAX_LIST else 'characters'}")


def weigh(value: Any, bound: int = MAX_LIST) -> int:
    """How many values stand in this one, each 64 characters counting as one more; only for finite JSON."""
    total, level = 0, [value]
    for _ in range(MAX_DEPTH):
        total += len(level)
        below: list[Any] = []
        for part in level:
            kind = type(part)
            if kind is str:
                total += len(part) >> 6
            elif kind is dict:
                total += sum(map(len, part)) >> 6
                below += part.values()
            elif kind is list:
                below += part
            elif kind not in JSON or (kind in NUMBERS and not abs(part) <= float_info.max):
                raise ExpressionError(f"a {kind_of(part)} that JSON does not know")
            if total + len(below) > bound:
                raise ExpressionError(f"more than {bound} values in one")
        if not below:
            return total
        level = below
    raise ExpressionError(f"a value nested deeper than {MAX_DEPTH}")


class Run:
    """One evaluation: the roots it reads from and the steps it has left."""

    __slots__ = ("left", "roots")

    def __init__(self, roots: Mapping[str, Any]) -> None:
        self.roots = roots
        self.left = MAX_STEPS

    def spend(self, steps: int) -> None:
        """Takes steps away; too many are an error."""
        self.left -= steps
        if self.left < 0:
            raise ExpressionError(f"more than {MAX_STEPS} steps")

    def take(self, value: Any) -> Any:
        """The same value, within its bound and charged by its length."""
        kind = type(value)
        if kind is str:
            room(len(value))
            self.spend(len(value) >> 6)
        elif kind is list or kind is dict:
            room(len(value), MAX_LIST)
            self.spend(len(value) >> 3)
        elif kind is int and not ~MAX_WHOLE <= value <= MAX_WHOLE:
            raise ExpressionError("a whole number over 64 bit")
        elif kind is float and not isfinite(value):
            raise ExpressionError("a number too large")
        return value

    def walk(self, value: Any, bound: int = MAX_LIST, shift: int = 1) -> Any:
        """The same value, charged for all that stands in it."""
        self.spend(weigh(value, bound) >> shift)
        return value
