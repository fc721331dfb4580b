"""The rules that a JSON Schema is compiled into: each looks at one value and reports what is wrong with it.

A rule never repeats a value: values may be secret, and may be long.
"""

import contextlib
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flow8.domain.expression.values import identity
from flow8.domain.model import MISSING, UNKNOWN_FIELD, path_of
from flow8.domain.patterns import TextPattern, text_pattern
from flow8.domain.values import to_text
from flow8.errors import Problem

Where = tuple[Any, Any] | None
"""A place in a value, as a chain back to its root: (place of what holds it, name or index)."""

_SHOWN_CHOICES = 10
_SHOWN_CHARACTERS = 60
_SHOWN_SHAPES = 3


class Enough(Exception):
    """No more problems are wanted."""


class TooMuch(Exception):
    """The check would take too long."""


class Report:
    """What one check has found, and how many steps it has left (shared with the checks inside it)."""

    __slots__ = ("budget", "found", "limit")

    def __init__(self, budget: list[int], limit: int) -> None:
        self.budget = budget
        self.limit = limit
        self.found: list[tuple[Where, str]] = []

    def add(self, where: Where, message: str) -> None:
        """Note a problem.

        Raises:
            Enough: it was the last one that is wanted.
        """
        self.found.append((where, message))
        if len(self.found) >= self.limit:
            raise Enough

    def spend(self, steps: int) -> None:
        """Take steps off the budget.

        Raises:
            TooMuch: none are left.
        """
        self.budget[0] -= steps
        if self.budget[0] < 0:
            raise TooMuch

    def problems(self, prefix: str) -> list[Problem]:
        """The problems found, with their paths below `prefix`."""
        return [Problem(path_of(_parts(where), prefix), message) for where, message in self.found]


Rule = Callable[[Any, Where, Report], None]


def _parts(where: Where) -> list[Any]:
    parts: list[Any] = []
    while where is not None:
        where, part = where
        parts.append(part)
    return parts[::-1]


def findings(rule: Rule, value: Any, report: Report, limit: int = 1) -> list[tuple[Where, str]]:
    """What a rule would find, up to a limit, without reporting it."""
    probe = Report(report.budget, limit)
    with contextlib.suppress(Enough):
        rule(value, None, probe)
    return probe.found


def anything(_value: Any, _where: Where, _report: Report) -> None:
    """Everything is right."""


def nothing(_value: Any, where: Where, report: Report) -> None:
    """No value is right."""
    report.add(where, "is not allowed here")


def unknown_field(_value: Any, where: Where, report: Report) -> None:
    """This field should not be there."""
    report.add(where, UNKNOWN_FIELD)


def whole(value: Any, where: Where, report: Report) -> None:
    """A number without a fraction; 2.0 is one."""
    if not value.is_integer():
        report.add(where, "should be a whole number")


def text_rules(schema: Mapping[str, Any]) -> list[Rule]:
    """What a schema asks of a text."""
    rules = size_rules(schema, "minLength", "maxLength", "character")
    if "pattern" in schema:
        rules.append(_matching(text_pattern(schema["pattern"])))
    return rules


def number_rules(schema: Mapping[str, Any]) -> list[Rule]:
    """What a schema asks of a number."""
    rules = [_bound(schema[name], *_BOUNDS[name]) for name in _BOUNDS if name in schema]
    if "multipleOf" in schema:
        rules.append(_multiple(schema["multipleOf"]))
    return rules


def size_rules(schema: Mapping[str, Any], least: str, most: str, unit: str) -> list[Rule]:
    """The least and the most of something that a value may hold."""
    rules: list[Rule] = []
    if schema.get(least):
        rules.append(_at_least(schema[least], unit))
    if most in schema:
        rules.append(_at_most(schema[most], unit))
    return rules


def one_of_values(values: Sequence[Any]) -> Rule:
    """One of some fixed values; 1 and 1.0 are the same, 1 and true are not."""
    allowed = frozenset(map(identity, values))
    shown = ", ".join(_short(to_text(value)) for value in values[:_SHOWN_CHOICES])
    more = " and more" if len(values) > _SHOWN_CHOICES else ""
    message = f"should be {'one of ' if len(values) > 1 else ''}{shown}{more}"

    def rule(value: Any, where: Where, report: Report) -> None:
        if identity(value) not in allowed:
            report.add(where, message)

    return rule


def any_of(rules: Sequence[Rule]) -> Rule:
    """At least one of some shapes."""

    def rule(value: Any, where: Where, report: Report) -> None:
        failures = []
        for each in rules:
            found = findings(each, value, report, report.limit)
            if not found:
                return
            failures.append(found)
        _report_misfit(failures, where, report)

    return rule


def exactly_one_of(rules: Sequence[Rule]) -> Rule:
    """Exactly one of some shapes."""

    def rule(value: Any, where: Where, report: Report) -> None:
        failures = [findings(each, value, report, report.limit) for each in rules]
        fitting = failures.count([])
        if not fitting:
            _report_misfit(failures, where, report)
        elif fitting > 1:
            report.add(where, f"fits {fitting} of the allowed shapes, but only one may fit")

    return rule


def not_(rule_inside: Rule) -> Rule:
    """Anything but a shape."""

    def rule(value: Any, where: Where, report: Report) -> None:
        if not findings(rule_inside, value, report):
            report.add(where, "has a shape that is not allowed here")

    return rule


def depending(condition: Rule, then: Rule, otherwise: Rule) -> Rule:
    """One rule for values of some shape, another one for the rest."""

    def rule(value: Any, where: Where, report: Report) -> None:
        (otherwise if findings(condition, value, report) else then)(value, where, report)

    return rule


def items(first: Sequence[Rule], rest: Rule) -> Rule:
    """A rule for each of the first items of a list, and one for all the others."""
    known = len(first)

    def rule(value: Any, where: Where, report: Report) -> None:
        report.spend(len(value))
        for position, item in enumerate(value):
            (first[position] if position < known else rest)(item, (where, position), report)

    return rule


def unique(value: Any, where: Where, report: Report) -> None:
    """No item of the list equals another."""
    seen: dict[Any, int] = {}
    for position, item in enumerate(value):
        first = seen.setdefault(identity(item), position)
        if first != position:
            report.add((where, position), f"is the same as item {first}; every item should be different")


def contains(rule_inside: Rule, least: int, most: int | None) -> Rule:
    """How many items of the list have a shape."""

    def rule(value: Any, where: Where, report: Report) -> None:
        report.spend(len(value))
        count = sum(not findings(rule_inside, item, report) for item in value)
        if count < least:
            report.add(
                where, f"should hold at least {_counted(least, 'item')} of the asked shape, not {count}"
            )
        if most is not None and count > most:
            report.add(where, f"should hold at most {_counted(most, 'item')} of the asked shape, not {count}")

    return rule


def required(names: Sequence[str], why: str = "") -> Rule:
    """Fields that must be there."""
    message = MISSING + why

    def rule(value: Any, where: Where, report: Report) -> None:
        for name in names:
            if name not in value:
                report.add((where, name), message)

    return rule


def fields(known: Mapping[str, Rule], matching: Sequence[tuple[TextPattern, Rule]], extra: Rule) -> Rule:
    """A rule for each known field, for fields whose names match a pattern, and for those left over."""

    def rule(value: Any, where: Where, report: Report) -> None:
        report.spend(len(value))
        for name, item in value.items():
            (known.get(name, extra))(item, (where, name), report)

    def rule_with_patterns(value: Any, where: Where, report: Report) -> None:
        report.spend(len(value) * (1 + len(matching)))
        for name, item in value.items():
            applying = [each for pattern, each in matching if pattern.is_in(name)]
            if name in known or not applying:
                applying.append(known.get(name, extra))
            for each in applying:
                each(item, (where, name), report)

    return rule_with_patterns if matching else rule


def field_names(rule_inside: Rule) -> Rule:
    """A rule for the names of all fields."""

    def rule(value: Any, where: Where, report: Report) -> None:
        for name in value:
            for _, message in findings(rule_inside, name, report):
                report.add((where, name), f"has a name that does not fit: it {message}")

    return rule


def with_field(name: str, rule_inside: Rule) -> Rule:
    """A rule for objects that have a field."""

    def rule(value: Any, where: Where, report: Report) -> None:
        if name in value:
            rule_inside(value, where, report)

    return rule


def _matching(pattern: TextPattern) -> Rule:
    message = f"should match the pattern {pattern.source}"

    def rule(value: Any, where: Where, report: Report) -> None:
        if not pattern.is_in(value):
            report.add(where, message)

    return rule


def _bound(limit: float, fits: Callable[[Any, Any], bool], words: str) -> Rule:
    message = f"should be {words} {limit}"

    def rule(value: Any, where: Where, report: Report) -> None:
        if not fits(value, limit):
            report.add(where, message)

    return rule


_BOUNDS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "minimum": (operator.ge, "at least"),
    "maximum": (operator.le, "at most"),
    "exclusiveMinimum": (operator.gt, "more than"),
    "exclusiveMaximum": (operator.lt, "less than"),
}


def _multiple(step: float) -> Rule:
    """Counts in decimal, as people do: 0.3 is a multiple of 0.1."""
    exact, message = _exactly(step), f"should be a multiple of {step}"

    def rule(value: Any, where: Where, report: Report) -> None:
        if _exactly(value) % exact:
            report.add(where, message)

    return rule


def _exactly(number: float) -> Fraction:
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def _at_least(size: int, unit: str) -> Rule:
    message = f"should have at least {_counted(size, unit)}"

    def rule(value: Any, where: Where, report: Report) -> None:
        if len(value) < size:
            report.add(where, message)

    return rule


def _at_most(size: int, unit: str) -> Rule:
    message = f"should have at most {_counted(size, unit)}"

    def rule(value: Any, where: Where, report: Report) -> None:
        if len(value) > size:
            report.add(where, message)

    return rule


def _report_misfit(failures: Sequence[list[tuple[Where, str]]], where: Where, report: Report) -> None:
    """When a value has the kind of only one shape, its problems are told; else what each shape asks for."""
    deep = [found for found in failures if all(place is not None for place, _ in found)]
    if len(deep) == 1:
        for place, message in deep[0]:
            report.add(_below(where, place), message)
        return
    asked = dict.fromkeys(message for found in failures for place, message in found if place is None)
    shapes = ", or ".join(list(asked)[:_SHOWN_SHAPES])
    report.add(where, "fits none of the allowed shapes" + (f": {shapes}" if shapes else ""))


def _below(where: Where, place: Where) -> Where:
    for part in _parts(place):
        where = (where, part)
    return where


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
