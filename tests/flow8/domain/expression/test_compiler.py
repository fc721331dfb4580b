"""Paths, roots and how values are looked into."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_value

ARGS: dict[str, Any] = {
    "a": {"b": [10, 20, {"c": 30}], "x y": 1, "": 2, "true": 3},
    "text": "abc",
    "none": None,
    "key": "b",
    "one": 1,
    "list": [{"k": "a", "n": 1}, {"k": "b", "n": 2}, {"n": 3}, "text", None],
}


def value(source: str, **roots: Any) -> Any:
    return compile_value(f"{{{{ {source} }}}}").evaluate(Scope(roots or {"args": ARGS}))


class Lazy(Mapping[str, Any]):
    """Works its values out when asked, and tells what it was asked for."""

    def __init__(self, **values: Any) -> None:
        self.values_by_key = values
        self.asked: list[str] = []

    def __getitem__(self, key: str) -> Any:
        self.asked.append(key)
        return self.values_by_key[key]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError

    def __len__(self) -> int:
        raise AssertionError


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("$args.a.b[0]", 10),
        ("$args.a.b[2].c", 30),
        ("$args['a']['x y']", 1),
        ("$args.a['']", 2),
        ("$args.a.true", 3),
        ("$args.a.b[-1].c", 30),
        ("$args.a.b[1.0]", 20),
        ("$args.a.b[$args.one]", 20),
        ("$args.a[$args.key][0]", 10),
        ("$args.a[$args.key][$args.one + 1].c", 30),
        ("$args.text[0]", "a"),
        ("$args.text[-1]", "c"),
        ("'abc'[1]", "b"),
        ("[1, 2][1]", 2),
        ("{a: 1}.a", 1),
        ("({a: {b: 2}}).a.b", 2),
        ("$args.list | map(.k)", ["a", "b", None, None, None]),
        ("$args.list | map(.k.x)", [None] * 5),
        ("$args.list | map(.['n'] ?? 0)", [1, 2, 3, 0, 0]),
        ("$args.list | map(.[0])", [None, None, None, "t", None]),
        ("$args.list | map(.[$args.none])", [None] * 5),
    ],
)
def test_a_path_reads_what_is_there(source: str, result: Any) -> None:
    assert value(source) == result


@pytest.mark.parametrize(
    "source",
    [
        "$args.nope",
        "$args.nope.deeper[3].still",
        "$args.none.x",
        "$args.one.x",
        "$args.text.x",
        "$args.text[3]",
        "$args.text['0']",
        "$args.a.b[3]",
        "$args.a.b[-4]",
        "$args.a.b.length",
        "$args.a.b['0']",
        "$args.a.b[0.5]",
        "$args.a.b[true]",
        "$args.a.b[null]",
        "$args.a.b[$args]",
        "$args.a[0]",
        "$args.a[$args.one]",
        "$args[$args.list]",
        "$args[1e300]",
        "true.x",
        "$play.id",
        "$item",
        "$kv[$args.one]",
    ],
)
def test_a_missing_step_gives_null(source: str) -> None:
    assert value(source, args=ARGS, kv=Lazy(b=1)) is None


class Named(str):
    __slots__ = ()
    secret = "leaked"


@pytest.mark.parametrize(
    "foreign", [(1, 2), OrderedDict(x=1), Lazy(x=1), {"x"}, b"x", object(), Named("x"), range(3)]
)
def test_nothing_but_dict_list_and_str_is_looked_into(foreign: Any) -> None:
    data = {"foreign": foreign, "list": [foreign]}

    results = [
        value(f"$args.foreign{key}", args=data) for key in (".x", "[0]", "['x']", ".secret", ".__class__")
    ]
    results += value("$args.list | map(.x)", args=data) + value("$args.list | map(.[0])", args=data)

    assert results == [None] * 7


def test_a_root_that_works_its_values_out_is_asked_only_for_the_key() -> None:
    kv = Lazy(token="t", deep={"a": [1]})

    results = [
        value(source, kv=kv, args="token")
        for source in ("$kv.token", "$kv.deep.a[0]", "$kv.no", "$kv[$args]")
    ]

    assert results == ["t", 1, None, "t"]
    assert kv.asked == ["token", "deep", "no", "token"]


def test_such_a_root_as_a_whole_is_refused() -> None:
    with pytest.raises(ExpressionError) as caught:
        value("$kv", kv=Lazy(a=1))

    assert str(caught.value) == "$kv is read by key, as in $kv.key: {{ $kv }}"


def test_the_roots_themselves_may_be_worked_out() -> None:
    roots = Lazy(now="2026-02-01", args={"a": 1})

    assert compile_value("{{ $now }}/{{ $args.a }}/{{ $prev.x }}").evaluate(Scope(roots)) == "2026-02-01/1/"
    assert roots.asked == ["now", "args", "prev"]


def test_what_a_root_raises_is_not_hidden() -> None:
    class Broken(Lazy):
        def __getitem__(self, key: str) -> Any:
            raise ConnectionError(key)

    with pytest.raises(ConnectionError):
        value("$kv.token", kv=Broken())


def test_an_inner_loop_has_its_own_item() -> None:
    orders = [{"n": 1, "lines": [{"q": 2}, {"q": 3}]}, {"n": 4, "lines": []}]

    result = value("$args | map({n: .n, q: .lines | map(.q * 2), after: .n})", args=orders)

    assert result == [{"n": 1, "q": [4, 6], "after": 1}, {"n": 4, "q": [], "after": 4}]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("null | upper", "upper(text) wants text as text, not null"),
        ("1 | upper", "upper(text) wants text as text, not number"),
        ("true | round", "round(number, digits?) wants number as number, not boolean"),
        ("1 | round('2')", "round(number, digits?) wants whole number as digits, not text"),
        ("1 | round(1.5)", "round(number, digits?) wants whole number as digits, not number"),
        ("{} | map(.)", "map(list, result) wants list as list, not object"),
        ("[] | keys", "keys(object) wants object as object, not list"),
        ("1 | length", "length(value) wants text, list or object as value, not number"),
        ("{} | reverse", "reverse(series) wants text or list as series, not object"),
        ("'a' | padStart(2, null)", "padStart(text, length, fill?) wants text as fill, not null"),
    ],
)
def test_a_wrong_kind_is_told_with_the_signature(source: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(source)

    assert caught.value.reason == reason


def test_a_fraction_of_zero_is_a_whole_number() -> None:
    assert value("2.345 | round(4 / 2)") == 2.35
