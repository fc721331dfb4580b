"""Functions on lists, and on what has a length."""

from collections.abc import Callable
from operator import add, itemgetter
from typing import Any

from flow8.domain.expression.bounds import MAX_LIST, ExpressionError, Run, kind_of, room
from flow8.domain.expression.functions.numbers import comparable
from flow8.domain.expression.functions.table import Row
from flow8.domain.expression.values import identity, joined, to_text

Each = Callable[[Any], Any]


def _sort(run: Run, items: list[Any], by: Each | None = None) -> list[Any]:
    run.spend(len(items) >> 1)
    keys = comparable([by(item) for item in items] if by else items)
    return [item for _, item in sorted(zip(keys, items, strict=True), key=itemgetter(0))]


def _plain(value: Any) -> Any:
    if type(value) is list or type(value) is dict:
        raise ExpressionError(f"no {kind_of(value)} can be a key")
    return value


def _unique(items: list[Any], by: Each | None = None) -> list[Any]:
    seen: dict[Any, Any] = {}
    for item in items:
        seen.setdefault(identity(_plain(by(item)) if by else item), item)
    return list(seen.values())


def _group(items: list[Any], by: Each) -> dict[str, Any]:
    groups: dict[str, Any] = {}
    for item in items:
        groups.setdefault(to_text(_plain(by(item))), []).append(item)
    return groups


def _flatten(items: list[Any]) -> list[Any]:
    room(sum(len(item) for item in items if type(item) is list), MAX_LIST)
    flat: list[Any] = []
    for item in items:
        flat += item if type(item) is list else (item,)
    return flat


def _range(start: int, end: int) -> list[Any]:
    room(end - start, MAX_LIST)
    return list(range(start, end))


def _contains(value: Any, part: Any) -> bool:
    if type(value) is list:
        return identity(part) in map(identity, value)
    return type(part) is str and type(value) in (str, dict) and part in value


def _slice(series: Any, start: int, end: int | None = None) -> Any:
    return series[start:end]


def _find(items: list[Any], test: Each) -> Any:
    return next((item for item in items if test(item)), None)


ROWS: list[Row] = [
    ("length(value)", "How many characters, items or keys.", '"abc" | length => 3', len),
    ("first(list)", "The first or null.", "[1, 2] | first => 1", lambda of: next(iter(of), None)),
    ("last(list)", "The last or null.", "[1, 2] | last => 2", lambda of: next(reversed(of), None)),
    ("where(list, test)", "All that pass.", "[1, 2] | where(. > 1) => [2]", lambda of, by: [*filter(by, of)]),
    ("map(list, result)", "One for each.", "[1, 2] | map(. * 2) => [2,4]", lambda of, by: [*map(by, of)]),
    ("find(list, test)", "The first that passes, or null.", "[1, 2, 3] | find(. > 1) => 2", _find),
    ("any(list, test)", "One passes.", "[1, 2] | any(. > 1) => true", lambda of, test: any(map(test, of))),
    ("all(list, test)", "Each passes.", "[1, 2] | all(. > 1) => false", lambda of, test: all(map(test, of))),
    ("unique(items, by?)", "Each once.", "[1, 1.0, true] | unique => [1,true]", _unique),
    ("groupBy(list, by)", "Lists by key.", '[1, 2] | groupBy(. > 1) => {"false":[1],"true":[2]}', _group),
    ("reverse(series)", "From its end.", "[1, 2] | reverse => [2,1]", lambda series: series[::-1]),
    ("slice(series, start, end?)", "A part of it.", '"abcd" | slice(1, 3) => "bc"', _slice),
    ("flatten(list)", "The lists in it opened.", "[[1], 2, [[3]]] | flatten => [1,2,[3]]", _flatten),
    ("concat(list, more)", "One after the other.", "[1] | concat([2]) => [1,2]", add),
    ("range(start, end)", "Whole numbers below the end.", "range(1, 4) => [1,2,3]", _range),
    ("contains(data, found)", "It holds that item, text or key.", "[1] | contains(1) => true", _contains),
]
COSTLY: list[Row] = [
    ("join(list, separator?)", "All as one text.", '[1, "a"] | join("-") => "1-a"', joined),
    ("sort(list, by?)", "In rising order.", "[{n: 2}, {n: 1}] | sort(.n) | map(.n) => [1,2]", _sort),
]
