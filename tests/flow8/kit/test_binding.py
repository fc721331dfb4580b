"""Args meet a module's form, before and after their expressions have values."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, Field, model_validator

from flow8.errors import Problem
from flow8.kit import Condition, Context, Example, Failed, Fields, Headers, Open, field, module, to_json
from flow8.kit.binding import args_problems, bind
from flow8.kit.module import Module


class Part(Fields):
    """A form in a form."""

    name: str = field("The name.")
    weight_kg: float = field("The weight.", 1.0, gt=0)


class Args(Fields):
    """One field of many kinds."""

    url: str = field("The address.", min_length=3)
    count: int = field("How many.", 1, ge=1)
    mode: Literal["fast", "slow"] = field("How.", "fast")
    parts: list[Part] = field("The parts.", factory=list)
    size: int | list[int] | None = field("A size or several.", None)
    when: Condition = field("A condition.", True)
    headers: Headers = field("Headers.", factory=dict)
    free: dict[str, Any] = field("Anything.", factory=dict)
    pass_word: Annotated[str, Field(pattern="^[a-z]*$")] = field("Secret.", "", secret=True)


@module(Example("None", {}, {}))
def sample(args: Args, _ctx: Context) -> Open:
    """The args."""
    return Open.model_validate(to_json(args))


class Picky(Fields):
    """Checks its fields together."""

    low: str = field("The low one.")
    high: str = field("The high one.")
    more: list[str] = field("Others.", factory=list)

    @model_validator(mode="after")
    def _in_order(self) -> "Picky":
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


@module(Example("None", {}, {}))
def picky(args: Picky, _ctx: Context) -> Open:
    """The args."""
    return Open.model_validate(to_json(args))


def told(args: dict[str, Any], of: Module[Any] = sample) -> list[tuple[str, str]]:
    return [(each.path, each.message) for each in args_problems(of, args, "flowlets[2].args")]


GOOD: dict[str, Any] = {"url": "http://a"}


def test_good_args_have_no_problems() -> None:
    assert told({**GOOD, "parts": [{"name": "a", "weightKg": 2}], "size": [1, 2]}) == []


def test_every_problem_is_told_with_its_path() -> None:
    args = {
        "count": 0,
        "mode": "medium",
        "parts": [{"name": "a"}, {"weightKg": "x"}],
        "colour": "red",
        "headers": {"X A": "1"},
    }

    assert told(args) == [
        ("flowlets[2].args.url", "is missing"),
        ("flowlets[2].args.count", "should be greater than or equal to 1"),
        ("flowlets[2].args.mode", "should be 'fast' or 'slow'"),
        ("flowlets[2].args.parts[1].name", "is missing"),
        ("flowlets[2].args.parts[1].weightKg", "should be a number"),
        ('flowlets[2].args.headers["X A"]', "a header's name has letters, digits and hyphens only"),
        ("flowlets[2].args.colour", "is not a field known here; remove it or mend its name"),
    ]


@pytest.mark.parametrize(
    "args",
    [
        {"url": "{{x}}", "count": "{{ $args.n }}", "mode": "{{ $args.m }}"},
        {"parts": "{{ $args.parts }}"},
        {"parts": ["{{ $args.part }}", {"name": "a", "weightKg": "{{ 1 + 1 }}"}]},
        {"size": "{{ $args.size }}"},
        {"size": ["{{ $args.size }}", 2]},
        {"headers": {"{{ $args.name }}": "1", "X-B": "{{ $args.b }}"}},
        {"headers": "{{ $args.headers }}"},
        {"free": "{{ $args }}"},
        {"when": "{{ $args.yes }}"},
        {"passWord": "{{ $kv.SECRET }}"},
    ],
)
def test_what_an_expression_may_still_mend_is_no_problem(args: dict[str, Any]) -> None:
    assert told({**GOOD, **args}) == []


def test_an_expression_in_one_place_excuses_no_other() -> None:
    args = {
        "url": "{{ $args.url }}",
        "count": "many",
        "parts": [{"name": "{{ x }}", "color": 1}],
        "size": ["a"],
    }

    assert [path for path, _ in told(args)] == [
        "flowlets[2].args.count",
        "flowlets[2].args.parts[0].color",
        "flowlets[2].args.size",
        "flowlets[2].args.size[0]",
    ]


def test_fields_are_named_in_camel_case_only() -> None:
    assert told({"url": "http://a", "parts": [{"name": "a", "weight_kg": 2}]}) == [
        (
            "flowlets[2].args.parts[0].weight_kg",
            "is not a field known here; remove it or mend its name",
        )
    ]


@pytest.mark.parametrize("condition", ["yes", "1 > 0", "$args.x", ""])
def test_a_written_condition_without_braces_is_only_true_or_false(condition: str) -> None:
    assert told({**GOOD, "when": condition}) == [
        (
            "flowlets[2].args.when",
            "without {{ }} a condition is only true or false; put an expression into {{ }}",
        )
    ]


def test_a_modules_own_check_of_texts_that_are_still_templates_is_not_believed() -> None:
    assert told({"low": "{{ $args.low }}", "high": "a"}, picky) == []
    assert told({"low": "b", "high": "a", "more": ["{{ $args.more }}"]}, picky) == []
    assert told({"low": "b", "high": "a"}, picky) == [("flowlets[2].args", "low is above high")]


def test_args_are_bound_when_they_have_their_values() -> None:
    bound = bind(sample, {"url": "http://a", "parts": [{"name": "a", "weightKg": 2}], "when": []})

    assert isinstance(bound, Args)
    assert (bound.parts[0].weight_kg, bound.when) == (2.0, False)


def test_args_that_do_not_fit_fail_for_good_and_every_field_is_named() -> None:
    with pytest.raises(Failed) as failed:
        bind(sample, {"count": "x", "parts": [{}]})

    assert failed.value.message == (
        "Arguments are not right: url: is missing; count: should be a whole number; parts[0].name: is missing"
    )
    assert (failed.value.final, failed.value.code) == (True, "BAD_ARGS")


def test_a_resolved_text_with_braces_is_only_text() -> None:
    assert isinstance(bind(sample, {"url": "{{ not evaluated again }}"}), Args)
    with pytest.raises(Failed, match="count: should be a whole number"):
        bind(sample, {"url": "http://a", "count": "{{ 1 }}"})


def _wordy(value: str) -> str:
    raise ValueError(f"{value} is no good")


Wordy = Annotated[str, AfterValidator(_wordy)]


class Careless(Fields):
    """Its author repeats values in the module's own words."""

    token: Wordy = field("A secret.", "", secret=True)
    tokens: list[Wordy] = field("Secrets.", factory=list, secret=True)
    plain: Wordy = field("No secret.", "")


@module(Example("None", {}, {}))
def careless(args: Careless, _ctx: Context) -> Open:
    """The args."""
    return Open.model_validate(to_json(args))


def test_a_secret_is_not_repeated_even_when_the_modules_author_does() -> None:
    found = told({"token": "HUNTER2", "tokens": ["a", "HUNTER2"], "plain": "word"}, careless)

    hidden = "is not right; its value is secret and not shown"
    assert found == [
        ("flowlets[2].args.token", hidden),
        ("flowlets[2].args.tokens[0]", hidden),
        ("flowlets[2].args.tokens[1]", hidden),
        ("flowlets[2].args.plain", "word is no good"),
    ]


def test_values_are_never_repeated() -> None:
    with pytest.raises(Failed) as failed:
        bind(sample, {"url": "http://a", "passWord": "HUNTER2", "count": "HUNTER2", "mode": "HUNTER2"})

    assert "HUNTER2" not in f"{failed.value.message}{failed.value.__cause__}{failed.value.__context__}"
    assert told({**GOOD, "passWord": "HUNTER2"}) == [
        ("flowlets[2].args.passWord", "should match pattern '^[a-z]*$'")
    ]


def test_problems_are_of_the_houses_kind() -> None:
    assert args_problems(sample, {}, "args") == [Problem("args.url", "is missing")]
