"""Examples of private modules: performed, and every difference told in words."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from flow8.cli.module_examples import differences, try_examples
from flow8.kit import Context, Example, Failed, Fields, Skipped, field, module


class Args(Fields):
    """Anything."""

    value: int = field("A number.", 0)


class Out(Fields):
    """Anything."""

    value: Any = field("A value.", None)


def told(run: Callable[[Args, Context], Any], *examples: Example) -> list[tuple[str, ...]]:
    """What is told of each example of a module that does this."""

    @module(*examples or (Example("One", {"value": 1}, {"value": 1}),))
    def probe(args: Args, ctx: Context) -> Out:
        out: Out = run(args, ctx)
        return out

    return [each.differences for each in try_examples(probe)]


def echo(args: Args, _ctx: Context) -> Out:
    return Out(value=args.value)


@pytest.mark.parametrize(
    ("said", "given", "difference"),
    [
        (1, 2, "output: the example says 1, the module gave 2"),
        ({"a": 1}, {"a": "1"}, "output.a: the example says 1, the module gave '1'"),
        ({"a": 1}, {}, "output.a: the example says 1, the module gave nothing"),
        ({}, {"a": None}, "output.a: the module gave None, the example says nothing"),
        ({"a": [1, 2]}, {"a": [1]}, "output.a[1]: the example says 2, the module gave nothing"),
        ({"a": [1]}, {"a": [1, 2]}, "output.a[1]: the module gave 2, the example says nothing"),
        ([{"x y": 1}], [{"x y": 2}], 'output[0]["x y"]: the example says 1, the module gave 2'),
        ({"a": []}, {"a": {}}, "output.a: the example says [], the module gave {}"),
        ((1,), [1], "output: the example says (1,), the module gave [1]"),
        (
            {"a": "x" * 70 + "1"},
            {"a": "x" * 70 + "2"},
            (
                "output.a: from character 70 on the example says "
                f"{'x' * 20 + '1'!r}, the module gave {'x' * 20 + '2'!r}"
            ),
        ),
        (
            "x" * 70,
            "x" * 75,
            (f"output: from character 70 on the example says {'x' * 20!r}, the module gave {'x' * 25!r}"),
        ),
        (
            {"a": 1},
            {"a": [0] * 99},
            f"output.a: the example says 1, the module gave {str([0] * 99)[:200]}...",
        ),
    ],
)
def test_a_difference_is_told_with_its_place_and_both_sides(said: Any, given: Any, difference: str) -> None:
    assert list(differences(said, given)) == [difference]


def test_every_difference_is_told_and_what_is_equal_is_not() -> None:
    said, given = {"a": 1, "b": [1, 2, 3], "c": {"d": 1.0}}, {"a": 1, "b": [1, 0, 0], "c": {"d": 1}}

    assert list(differences(said, given)) == [
        "output.b[1]: the example says 2, the module gave 0",
        "output.b[2]: the example says 3, the module gave 0",
    ]
    assert list(differences(said, said)) == []


def test_each_example_is_tried_though_an_earlier_one_is_not_true() -> None:
    found = told(
        echo,
        Example("A", {"value": 1}, {"value": 2}),
        Example("B", {"value": 2}, {"value": 2}),
        Example("C", {}, {"value": 1}),
    )

    assert found == [
        ("output.value: the example says 2, the module gave 1",),
        (),
        ("output.value: the example says 1, the module gave 0",),
    ]


def test_two_examples_of_one_title_are_told_apart() -> None:
    example = Example("One", {"value": 1}, {"value": 1})

    assert told(echo, example, example) == [(), ("an earlier example has this title; change one",)]


def test_args_that_no_author_may_write_are_told_with_their_place() -> None:
    found = told(echo, Example("One", {"value": "much", "more": 1}, {"value": 1}))

    assert found == [
        (
            "args.value: should be a whole number",
            "args.more: is not a field known here; remove it or mend its name",
        )
    ]


def test_a_failure_and_a_skip_are_told_as_such() -> None:
    def fail(_args: Args, _ctx: Context) -> Out:
        raise Failed("No stock is left.", code="EMPTY")

    def skip(_args: Args, _ctx: Context) -> Out:
        raise Skipped

    assert told(fail) == [("it failed with EMPTY: No stock is left.",)]
    assert told(skip) == [("it skipped, so it has no output",)]


def test_what_breaks_is_told_with_its_line() -> None:
    def divide(args: Args, _ctx: Context) -> Out:
        return Out(value=args.value // 0)

    line = divide.__code__.co_firstlineno + 1

    where = f"(test_module_examples.py, line {line})"
    assert told(divide) == [
        (f"it broke: ZeroDivisionError: integer division or modulo by zero {where}",),
    ]


def test_an_assertion_without_words_is_told_with_its_line() -> None:
    def insist(_args: Args, _ctx: Context) -> Out:
        raise AssertionError

    line = insist.__code__.co_firstlineno + 1

    assert told(insist) == [(f"it broke: AssertionError (test_module_examples.py, line {line})",)]


def test_a_module_that_ends_the_process_is_told_too() -> None:
    def leave(_args: Args, _ctx: Context) -> Out:
        sys.exit(0)

    assert told(leave)[0][0].startswith("it broke: SystemExit: 0 (test_module_examples.py, line ")


def test_a_forgotten_return_is_told_as_what_it_is() -> None:
    assert told(lambda _args, _ctx: None) == [
        ("it returned None; every way through it returns Out, as its hint says",)
    ]


def test_an_output_that_json_does_not_know_is_told() -> None:
    found = told(lambda _args, _ctx: Out(value=object()))

    assert len(found[0]) == 1
    assert found[0][0].startswith("it broke: PydanticSerializationError: ")


def test_a_server_that_no_recording_answers_is_told() -> None:
    def call(_args: Args, ctx: Context) -> Out:
        ctx.request.send(
            "GET",
            "https://example.com/",
            headers={},
            body=None,
            seconds=1,
            follow_redirects=False,
            max_bytes=10,
        )
        return Out()

    assert told(call) == [("no recording for GET https://example.com/; next is nothing",)]


def test_of_very_many_differences_the_first_are_told() -> None:
    said = list(range(100))

    found = told(lambda _args, _ctx: Out(value=[]), Example("One", {}, {"value": said}))

    assert len(found[0]) == 21
    assert found[0][19:] == (
        "output.value[19]: the example says 19, the module gave nothing",
        "and 80 more",
    )
