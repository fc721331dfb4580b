"""Whole values, text around expressions, conditions, problems: what the rest of flow8 uses."""

from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_condition, compile_value, find_problems
from flow8.domain.expression.template import _remembered
from flow8.errors import Problem

ROOTS: dict[str, Any] = {
    "args": {"n": 3, "f": 2.0, "text": "x", "list": [1, {"a": None}], "none": None, "yes": True},
    "prev": {"total": {"total": 150}},
}


def evaluate(given: Any) -> Any:
    return compile_value(given).evaluate(Scope(ROOTS))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{{ $args.n }}", 3),
        ("{{$args.n}}", 3),
        ("{{ $args.f }}", 2.0),
        ("{{ $args.none }}", None),
        ("{{ $args.yes }}", True),
        ("{{ $args.list }}", [1, {"a": None}]),
        ("{{{a: 1}}}", {"a": 1}),
        ("{{ {a: {b: 1}}}}", {"a": {"b": 1}}),
        ("{{\n  $args.n\n}}", 3),
    ],
)
def test_a_whole_expression_keeps_its_kind(text: str, result: Any) -> None:
    found = evaluate(text)

    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (" {{ $args.n }}", " 3"),
        ("{{ $args.n }}\n", "3\n"),
        ("{{ $args.n }}{{ $args.n }}", "33"),
        ("<{{ $args.none }}>", "<>"),
        ("<{{ $args.yes }}>", "<true>"),
        ("<{{ $args.f }}>", "<2>"),
        ("<{{ $args.list }}>", '<[1,{"a":null}]>'),
        ("Order {{ $args.n }} of {{ $args.text | upper }}.", "Order 3 of X."),
        ('{"a": {{ $args.n }}}', '{"a": 3}'),
        ("{{ '{{' }}name}}", "{{name}}"),
        ("a }} b { c } d", "a }} b { c } d"),
        ('{{ "}}" }}{{ "{{" }}', "}}{{"),
    ],
)
def test_inside_text_an_expression_becomes_text(text: str, result: str) -> None:
    assert evaluate(text) == result


def test_expressions_stand_anywhere_in_a_value_but_not_in_keys() -> None:
    given = {"a": ["{{ $args.n }}", {"b": "n={{ $args.n }}", "c": 1}], "{{ $args.n }}": None, "d": "plain"}

    result = evaluate(given)

    assert result == {"a": [3, {"b": "n=3", "c": 1}], "{{ $args.n }}": None, "d": "plain"}
    assert list(result) == ["a", "{{ $args.n }}", "d"]
    assert given["a"] == ["{{ $args.n }}", {"b": "n={{ $args.n }}", "c": 1}]


@pytest.mark.parametrize("given", [None, True, 1, 1.5, "text", "a } b", [], {}, [1, {"a": ["b"]}], {"{{": 1}])
def test_a_value_without_expressions_is_given_back_as_it_is(given: Any) -> None:
    assert compile_value(given).evaluate(Scope({})) is given


def test_a_result_is_never_scanned_again() -> None:
    hostile = "{{ $kv.secret }}"
    scope = Scope({"args": {"a": hostile, "b": [hostile]}, "kv": {"secret": "hunter2"}})
    given = {
        "whole": "{{ $args.a }}",
        "text": "-{{ $args.a }}-",
        "list": "{{ $args.b }}",
        "made": "{{ '{' + '{ 1 }}' }}",
    }

    result = compile_value(given).evaluate(scope)

    assert result == {"whole": hostile, "text": f"-{hostile}-", "list": [hostile], "made": "{{ 1 }}"}


def test_evaluations_of_one_template_do_not_meet() -> None:
    template = compile_value({"a": ["{{ $args }}"], "b": "{{ [$args] }}"})

    first = template.evaluate(Scope({"args": 1}))
    second = template.evaluate(Scope({"args": 2}))

    assert (first, second) == ({"a": [1], "b": [1]}, {"a": [2], "b": [2]})
    assert first["a"] is not second["a"]


@pytest.mark.parametrize(
    ("given", "roots", "refs"),
    [
        ("plain", set(), set()),
        ("{{ 1 }}", set(), set()),
        ("{{ $args.a + $now }}", {"args", "now"}, set()),
        ("{{ $prev.total.x }}", {"prev"}, {"total"}),
        ("{{ $prev['total'].x }}", {"prev"}, {"total"}),
        ("{{ $prev[$args.ref].x }}", {"prev", "args"}, set()),
        ("{{ $prev[0] }}", {"prev"}, set()),
        ("{{ $prev }}", {"prev"}, set()),
        ("{{ $prev.args.x }}", {"prev"}, set()),
        ("{{ $layer.args.state }}", {"layer"}, {"args"}),
        ("{{ $layer.a.state == 'FAIL' }}{{ $prev.b }}", {"layer", "prev"}, {"a", "b"}),
        ({"a": ["{{ $prev.a }}", "{{ $prev.b }}"], "c": "{{ $kv.x }}"}, {"prev", "kv"}, {"a", "b"}),
        ("{{ $prev.a.list | where(.x > $prev.b.y) }}", {"prev"}, {"a", "b"}),
        ("{{ $args.prev.a }}", {"args"}, set()),
    ],
)
def test_a_template_tells_what_it_reads(given: Any, roots: set[str], refs: set[str]) -> None:
    template = compile_value(given)

    assert template.roots == roots
    assert template.refs == refs


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        (True, True),
        (False, False),
        ("true", True),
        (" false ", False),
        ("{{ $prev.total.total > 100 }}", True),
        ("{{ $args.none }}", False),
        ("{{ 'false' }}", True),
        ("{{ [] }}", False),
        (" {{ $args.list }}\n", True),
    ],
)
def test_a_condition_gives_true_or_false(condition: Any, result: Any) -> None:
    assert compile_condition(condition).evaluate(Scope(ROOTS)) is result


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "yes",
        "True",
        "1",
        "$args.n > 1",
        1,
        None,
        [],
        {"a": "{{ 1 }}"},
        "{{ 1 }} {{ 2 }}",
        "{{ $args.n }} > 1",
    ],
)
def test_anything_else_is_no_condition(condition: Any) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_condition(condition)

    assert caught.value.reason == "a condition is true, false or one whole {{ expression }}"


def test_a_condition_that_does_not_parse_says_so() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_condition("{{ 1 > }}")

    assert str(caught.value) == "unexpected }} at character 6: {{ 1 > }}"


def test_a_condition_tells_what_it_reads() -> None:
    assert compile_condition("{{ $prev.total.total }}").refs == {"total"}


def test_every_problem_is_told_with_its_path() -> None:
    given = {
        "values": {"total": "{{ 1 + }}", "fine": "{{ 1 }}", "two": "{{ a }} and {{ $b }} and {{ 'c' }}"},
        "list": ["x", "{{ 'open", ["{{ uper('a') }}"]],
    }

    problems = find_problems(given, "flowlets[2].args")

    assert [problem.path for problem in problems] == [
        "flowlets[2].args.values.total",
        "flowlets[2].args.values.two",
        "flowlets[2].args.values.two",
        "flowlets[2].args.list[1]",
        "flowlets[2].args.list[2][0]",
    ]
    assert problems[0] == Problem("flowlets[2].args.values.total", "unexpected }} at character 6: {{ 1 + }}")
    assert problems[1].message == "unexpected name a; text stands in quotes: {{ a }}"
    assert problems[2].message.endswith(": {{ $b }}")
    assert problems[3].message == "unclosed ' after character 0: {{ 'open"


def test_paths_without_a_beginning_start_with_the_key() -> None:
    assert [problem.path for problem in find_problems({"a": "{{ }}"}, "")] == ["a"]
    assert [problem.path for problem in find_problems("{{ }}", "title")] == ["title"]
    assert find_problems({"a": [1, None, "{{ 1 }}", "}}"]}, "") == []


def test_a_value_nested_too_deep_is_refused_and_told() -> None:
    deep: Any = "{{ 1 }}"
    for _ in range(64):
        deep = [deep]

    assert compile_value(deep).refs == frozenset()
    assert find_problems(deep, "args") == []
    with pytest.raises(ExpressionError, match="nested deeper than 64"):
        compile_value([[deep]])
    assert find_problems([[deep]], "args") == [Problem("args" + "[0]" * 65, "nested deeper than 64")]


def test_the_first_thing_that_does_not_parse_is_raised() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_value({"a": "{{ 1 }}", "b": "{{ 1 + }} {{ 2 + }}"})

    assert str(caught.value) == "unexpected }} at character 6: {{ 1 + }}"


def test_one_text_is_compiled_once() -> None:
    text = "{{ $args.n + 12345 }}"

    first, second = compile_value(text), compile_value(text)

    assert first is second
    assert _remembered.cache_info().maxsize == 2_048


def test_a_long_text_is_not_kept() -> None:
    text = "{{ $args.n }}" + "x" * 600

    assert compile_value(text) is not compile_value(text)


def test_an_error_at_work_names_the_expression_and_not_the_data() -> None:
    template = compile_value({"a": "total: {{ $args.secret * 2 }}"})

    with pytest.raises(ExpressionError) as caught:
        template.evaluate(Scope({"args": {"secret": "hunter2"}}))

    assert str(caught.value) == "'*' wants two numbers, not text and number: {{ $args.secret * 2 }}"


def test_the_context_stays_as_it_was() -> None:
    roots = {"args": {"list": [3, 1, 2], "object": {"a": 1}}}
    sources = [
        "sort",
        "reverse",
        "map(. + 1)",
        "where(. > 1)",
        "unique",
        "concat([4])",
        "flatten",
        "slice(1)",
    ]

    for source in sources:
        evaluated = compile_value(f"{{{{ $args.list | {source} }}}}").evaluate(Scope(roots))
        evaluated.append("changed")
    for source in ("merge({b: 2})", "omit(['a'])", "pick(['a'])"):
        compile_value(f"{{{{ $args.object | {source} }}}}").evaluate(Scope(roots))["b"] = "changed"

    assert roots == {"args": {"list": [3, 1, 2], "object": {"a": 1}}}
