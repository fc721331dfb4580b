"""How a module is declared."""

from typing import Any

import pytest
from pydantic import ValidationError

from flow8.kit import Context, Effect, Example, Fields, Reply, field, module, to_json


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


def test_a_reply_is_ok_and_empty_unless_told_otherwise() -> None:
    assert to_json(Reply()) == {"status": 200, "headers": {}, "body": None}


@pytest.mark.parametrize("fields", [{"status": 199}, {"status": 600}, {"headers": {"X-A": "1\r\nX-B: 2"}}])
def test_a_reply_that_is_no_http_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Reply.model_validate(fields)
