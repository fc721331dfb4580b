"""Whether a flowlet's conditions hold, once their values are known."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard

from flow8.domain.expression import ExpressionError, to_text
from flow8.domain.expression.values import identity
from flow8.domain.flow import Filter, Operator
from flow8.domain.numerals import number_in
from flow8.domain.patterns import text_pattern
from flow8.domain.play import Unmet


class FilterError(ValueError):
    """A condition that cannot be decided: its cast refuses a value, or RE2 refuses its pattern."""

    def __init__(self, position: int, message: str) -> None:
        self.position = position
        super().__init__(f"filters[{position}]: {message}")


def holds(filters: Sequence[Filter]) -> tuple[bool, tuple[Unmet, ...]]:
    """Whether filters whose two values are evaluated hold together, and if not, which ones did not.

    They are folded from left to right: each filter's `mode` says how it joins all those before it, so
    `a`, `or b`, `and c` is `(a or b) and c`; the mode of the first one means nothing. No filters hold.

    Raises:
        FilterError: a filter cannot be decided, whatever the others say.
    """
    verdict, unmet = True, []
    for position, each in enumerate(filters):
        met = _is_met(position, each)
        verdict = met if not position else (verdict or met) if each.mode == "or" else (verdict and met)
        if not met:
            unmet.append(Unmet(position, each.left_value, each.operator, each.right_value))
    return verdict, () if verdict else tuple(unmet)


def evaluated(condition: Filter, left: Any, right: Any) -> Filter:
    """The same condition with the values that its expressions gave."""
    return condition.model_copy(update={"left_value": left, "right_value": right})


def _is_met(position: int, each: Filter) -> bool:
    try:
        return _TESTS[each.operator](each, each.left_value, each.right_value)
    except (ValueError, ExpressionError) as error:
        raise FilterError(position, str(error)) from error


Test = Callable[[Filter, Any, Any], bool]


def _comparing(compare: Callable[[Any, Any], bool]) -> Test:
    def test(each: Filter, left: Any, right: Any) -> bool:
        return compare(*_comparable(each, left, right))

    return test


def _equal(each: Filter, left: Any, right: Any) -> bool:
    if each.cast is None and isinstance(left, list | dict) and isinstance(right, list | dict):
        return bool(identity(left) == identity(right))
    one, other = _comparable(each, left, right)
    return bool(one == other)


def _contains(each: Filter, left: Any, right: Any) -> bool:
    """A list contains an item, an object a key, anything else a piece of its text."""
    if isinstance(left, list):
        return any(_equal(each, item, right) for item in left)
    if isinstance(left, dict):
        return to_text(right) in left
    return to_text(right) in to_text(left)


def _is_empty(_: Filter, left: Any, __: Any) -> bool:
    return left is None or left in ("", [], {})


def _matches(_: Filter, left: Any, right: Any) -> bool:
    try:
        return text_pattern(to_text(right)).is_in(to_text(left))
    except ValueError as error:
        raise ValueError(f"RE2 does not understand this pattern: {error}") from error


def _comparable(each: Filter, left: Any, right: Any) -> tuple[Any, Any]:
    """Both values as their cast says: without one as numbers when both are, else as text."""
    if each.cast is not None:
        cast = _CASTS[each.cast]
        return cast(left), cast(right)
    if _is_number(left) and _is_number(right):
        return left, right
    return to_text(left), to_text(right)


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_number(value: Any) -> int | float:
    if _is_number(value):
        return value
    number = number_in(value.strip(), leading_zeros=True) if isinstance(value, str) else None
    if number is None:
        raise ValueError(f"{_kind(value)} cannot be read as a number")
    return number


def _as_boolean(value: Any) -> bool:
    if value is None or isinstance(value, bool) or _is_number(value):
        return bool(value)
    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in {"true", "false"}:
        raise ValueError(f"{_kind(value)} cannot be read as true or false")
    return word == "true"


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    return "this text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"


_CASTS: Mapping[str, Callable[[Any], Any]] = {"string": to_text, "number": _as_number, "boolean": _as_boolean}

_TESTS: Mapping[Operator, Test] = {
    Operator.EQ: _equal,
    Operator.NEQ: lambda *given: not _equal(*given),
    Operator.GT: _comparing(operator.gt),
    Operator.GTE: _comparing(operator.ge),
    Operator.LT: _comparing(operator.lt),
    Operator.LTE: _comparing(operator.le),
    Operator.CONTAINS: _contains,
    Operator.NOT_CONTAINS: lambda *given: not _contains(*given),
    Operator.IS_EMPTY: _is_empty,
    Operator.NOT_EMPTY: lambda *given: not _is_empty(*given),
    Operator.REGEX: _matches,
}
