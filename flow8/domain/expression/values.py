"""What the operators do with JSON values, and how a value becomes text."""

import operator
from collections.abc import Callable
from json import JSONEncoder
from typing import Any

from flow8.domain.expression.bounds import MAX_WHOLE, NUMBERS, ExpressionError, Run, kind_of, room, weigh

Operator = Callable[[Run, Any, Any], Any]
_json = JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":")).encode
_SHORT = 1e16  # from here on a float is written with an exponent


def truthy(value: Any) -> bool:
    """False for `false null 0 "" [] {}`, true for all else."""
    return bool(value)


def to_text(value: Any) -> str:
    """The one way a value becomes text: null is empty, 2.0 is `2`, lists and objects are compact JSON."""
    kind = type(value)
    if kind is str:
        text: str = value
    elif value is None or kind is bool:
        text = "" if value is None else "true" if value else "false"
    elif kind in NUMBERS and abs(value) < _SHORT and value == int(value):
        text = str(int(value))
    else:
        weigh(value)
        return to_json(value)
    room(len(text))
    return text


def to_json(value: Any) -> str:
    """Compact JSON of a value that was weighed before."""
    text = _json(value)
    room(len(text))
    return text


def joined(run: Run, values: list[Any], separator: str = "") -> Any:
    """All of them as one text."""
    run.spend(len(values) >> 1)
    texts = [to_json(run.walk(value)) if type(value) in (list, dict) else to_text(value) for value in values]
    room(sum(map(len, texts)) + len(separator) * len(texts))
    return run.take(separator.join(texts))


def identity(value: Any) -> Any:
    """What equal values share and different ones do not: 1 and 1.0 are equal, 1 and true are not."""
    kind = type(value)
    if kind is list:
        return "list", tuple(map(identity, value))
    if kind is dict:
        return "object", frozenset((key, identity(part)) for key, part in value.items())
    return ("boolean", value) if kind is bool else value


def equal(run: Run, left: Any, right: Any) -> bool:
    """Strict in kind, and deep."""
    if type(left) in (list, dict) and type(left) is type(right):
        run.walk(left)
        run.walk(right)
    return _alike(left, right)


def _alike(left: Any, right: Any) -> bool:
    kind = type(left)
    if kind is list:
        return type(right) is list and len(left) == len(right) and all(map(_alike, left, right))
    if kind is dict:
        same_keys = type(right) is dict and left.keys() == right.keys()
        return same_keys and all(_alike(part, right[key]) for key, part in left.items())
    return kind_of(left) == kind_of(right) and bool(left == right)


def _checked(sign: str, apply: Callable[[Any, Any], Any], wanted: str = "two numbers") -> Operator:
    def operate(run: Run, left: Any, right: Any) -> Any:
        if type(left) not in NUMBERS or type(right) not in NUMBERS:
            if wanted == "two numbers" or type(left) is not str or type(right) is not str:
                raise ExpressionError(f"'{sign}' wants {wanted}, not {kind_of(left)} and {kind_of(right)}")
            return apply(left, right)
        try:
            result = apply(left, right)
        except ZeroDivisionError:
            raise ExpressionError("division by zero") from None
        return result if -MAX_WHOLE <= result <= MAX_WHOLE else run.take(result)

    return operate


_plus = _checked("+", operator.add)


def add(run: Run, left: Any, right: Any) -> Any:
    """The sum of two numbers, or one text when a side is text."""
    return joined(run, [left, right]) if str in (type(left), type(right)) else _plus(run, left, right)


_EITHER = "two numbers or two texts"
OPERATORS: dict[str, Operator] = {
    "==": equal,
    "!=": lambda run, left, right: not equal(run, left, right),
    "+": add,
    "-": _checked("-", operator.sub),
    "*": _checked("*", operator.mul),
    "/": _checked("/", operator.truediv),
    "%": _checked("%", operator.mod),
    "<": _checked("<", operator.lt, _EITHER),
    "<=": _checked("<=", operator.le, _EITHER),
    ">": _checked(">", operator.gt, _EITHER),
    ">=": _checked(">=", operator.ge, _EITHER),
}
