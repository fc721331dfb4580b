"""Functions on numbers."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from math import ceil, floor
from typing import Any

from flow8.domain.expression.bounds import NUMBERS, ExpressionError, kind_of
from flow8.domain.expression.functions.table import Row

_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,400})(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,4})?\s*")
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
_DIGITS = 6  # a smaller fraction would be written with an exponent


def comparable(values: list[Any]) -> list[Any]:
    """The same list, of numbers only or texts only."""
    kinds = {kind_of(value) for value in values}
    if len(kinds) > 1 or not kinds <= {"number", "text"}:
        raise ExpressionError(f"numbers only or texts only have an order, not {' and '.join(sorted(kinds))}")
    return values


def _number(value: Any) -> float:
    if type(value) in NUMBERS:
        return value  # type: ignore[no-any-return]  # the line above made sure
    found = _NUMBER.fullmatch(value) if type(value) is str else None
    if found is None:
        raise ExpressionError(f"this {kind_of(value)} is no number")
    return float(value) if found[2] or found[3] else int(value)


def _exact(value: float, digits: int) -> Decimal:
    if not 0 <= digits <= _DIGITS:
        raise ExpressionError(f"digits are 0 to {_DIGITS}")
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), context=_EXACT)


def _fixed(value: float, digits: int) -> str:
    return str(_exact(value, digits))


def _round(value: float, digits: int = 0) -> float:
    return float(_exact(value, digits)) if digits else int(_exact(value, digits))


def _sum(values: list[Any], of: Callable[[Any], Any] | None = None) -> Any:
    parts = [of(value) for value in values] if of else values
    if not NUMBERS.issuperset(map(type, parts)):
        raise ExpressionError("only numbers have a sum")
    return sum(parts)


def _average(values: list[Any], of: Callable[[Any], Any] | None = None) -> Any:
    return _sum(values, of) / len(values) if values else None


def _least(values: list[Any]) -> Any:
    return min(comparable(values), default=None)


def _greatest(values: list[Any]) -> Any:
    return max(comparable(values), default=None)


ROWS: list[Row] = [
    ("number(any)", "The number that a text spells.", '"1.5" | number => 1.5', _number),
    ("round(number, digits?)", "A half goes away from zero.", "2.345 | round(2) => 2.35", _round),
    ("fixed(number, digits)", "Text with so many digits.", '2.5 | fixed(2) => "2.50"', _fixed),
    ("floor(number)", "The whole number at or below it.", "2.7 | floor => 2", floor),
    ("ceil(number)", "The whole number at or above it.", "2.1 | ceil => 3", ceil),
    ("abs(number)", "Without its sign.", "-2 | abs => 2", abs),
    ("sum(list, of?)", "All added up.", "[{n: 1}, {n: 2}] | sum(.n) => 3", _sum),
    ("average(list, of?)", "Their mean, null for none.", "[1, 2] | average => 1.5", _average),
    ("min(list)", "The least, null for none.", "[2, 1] | min => 1", _least),
    ("max(list)", "The greatest, null for none.", "[2, 1] | max => 2", _greatest),
]
