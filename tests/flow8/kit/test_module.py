"""How a module is declared."""

from typing import Any

import pytest
from pydantic import ValidationError

from flow8.kit import AnyValue, Context, Delay, Effect, Example, Fields, Reply, field, module, orders, to_json
from flow8.kit.fields import each_field
from flow8.kit.module import ORDERS


class Args(Fields):
    """What goes in."""

    method: str = field("The method.", "GET")


class Out(Fields):
    """What comes out."""

    method: str = field("The method.")


EXAMPLE = Example("None", {}, {})


def by_method(args: Args) -> Effect:
    return Effect.READ if args.method == "GET" else Effect.WRITE


@module(EXAMPLE, needs=("request",), effect=by_method, lane="documents")
def call_home(args: Args, _ctx: Context) -> Out:
    """The method."""
    return Out(method=args.method)


def test_a_declared_function_is_a_module() -> None:
    assert (call_home.app_id, call_home.title, call_home.help) == (
        "call-home",
        "How a module is declared",
        "",
    )
    assert (call_home.args, call_home.out, call_home.source) == (Args, Out, __name__)
    assert (call_home.needs, call_home.lane, call_home.examples) == (("request",), "documents", (EXAMPLE,))


def test_the_effect_may_depend_on_the_args() -> None:
    assert call_home.effect_of(Args()) is Effect.READ
    assert call_home.effect_of(Args(method="POST")) is Effect.WRITE


def test_without_a_word_a_module_has_no_effect_and_the_usual_lane() -> None:
    @module(EXAMPLE)
    def plain(args: Args, _ctx: Context) -> Out:
        return Out(method=args.method)

    assert (plain.effect_of(Args()), plain.lane, plain.needs) == (Effect.NONE, "plays", ())


def no_hints(args, _ctx):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - the mistake under test
    return args


def no_forms(args: str, _ctx: Context) -> str:
    return args


def other_names(values: Args, _ctx: Context) -> Out:
    return Out(method=values.method)


@pytest.mark.parametrize("function", [no_hints, no_forms, other_names])
def test_a_function_of_another_shape_is_refused_with_the_right_one(function: Any) -> None:
    with pytest.raises(TypeError, match=r"write \w+\(args: Args, ctx: Context\) -> Out"):
        module(EXAMPLE)(function)


def waits(args: Args, _ctx: Context) -> Delay:
    return Delay(milliseconds=len(args.method))


def test_a_function_that_returns_an_order_says_which_form_its_output_has() -> None:
    declared = module(EXAMPLE, gives=Out)(waits)

    assert (declared.out, declared.order) == (Out, Delay)
    assert call_home.order is None


@pytest.mark.parametrize("gives", [None, Delay, dict])
def test_an_order_is_never_taken_for_an_output(gives: Any) -> None:
    refused = (
        r"^waits returns the order Delay, which is not its output; "
        r"name the form of that: @module\(\.\.\., gives=Out\)$"
    )

    with pytest.raises(TypeError, match=refused):
        module(EXAMPLE, gives=gives)(waits)


def test_a_function_that_returns_its_output_names_no_other_form() -> None:
    def plain(args: Args, _ctx: Context) -> Out:
        return Out(method=args.method)

    with pytest.raises(TypeError, match=r"^plain returns its output itself; gives= is for functions that "):
        module(EXAMPLE, gives=Reply)(plain)


def test_every_order_of_the_kit_is_known_as_one() -> None:
    declared = {
        each
        for each in vars(orders).values()
        if isinstance(each, type) and each.__module__ == orders.__name__ and issubclass(each, Fields)
    }

    assert declared == set(ORDERS)


class Answer(AnyValue):
    """What somebody answered."""


@pytest.mark.parametrize("value", [None, 7.5, "text", [1, {"a_b": None}], {"a_b": [True]}, {}, {"root": 1}])
def test_any_value_fits_a_form_of_any_value_and_stays_as_it_is(value: Any) -> None:
    form = Answer.model_validate(value, by_alias=True, by_name=False)

    assert to_json(form) == value


def test_the_schema_of_any_value_promises_nothing_but_says_what_it_is() -> None:
    assert Answer.model_json_schema(by_alias=True, mode="serialization") == {
        "title": "Answer",
        "description": "What somebody answered.",
    }
    assert [declared.description for _, declared in each_field(Answer)] == ["The whole value."]


def test_a_reply_is_ok_and_empty_unless_told_otherwise() -> None:
    assert to_json(Reply()) == {"status": 200, "headers": {}, "body": None}


@pytest.mark.parametrize("fields", [{"status": 199}, {"status": 600}, {"headers": {"X-A": "1\r\nX-B: 2"}}])
def test_a_reply_that_is_no_http_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Reply.model_validate(fields)
