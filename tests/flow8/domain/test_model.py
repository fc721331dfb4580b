"""Shapes that arrive from outside: how their problems and paths read."""

import pytest
from pydantic import Field, ValidationError

from flow8.domain.model import Model, details_of, path_of, problems_of
from flow8.errors import Problem


class Inner(Model):
    """A shape inside another one."""

    how_many: int = Field(ge=1)


class Outer(Model):
    """A shape with one field of each common kind."""

    a_text: str = ""
    a_number: float = 0.0
    a_flag: bool = False
    inner: Inner = Inner(how_many=1)
    inners: tuple[Inner, ...] = Field((), max_length=3)
    labels: dict[str, str] = Field(default_factory=dict)
    few: tuple[Inner, ...] = Field((Inner(how_many=1),), min_length=1)


def refusal(data: object) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(data)
    return caught.value


@pytest.mark.parametrize(
    ("parts", "prefix", "path"),
    [
        ((), "", ""),
        ((), "args", "args"),
        (("flowlets", 2, "args"), "", "flowlets[2].args"),
        (("a", "b"), "input", "input.a.b"),
        ((0, 1), "", "[0][1]"),
        (("x y", "z"), "args", 'args["x y"].z'),
        (("content-type",), "", '["content-type"]'),
        (("$ref",), "", "$ref"),
        (("0",), "a", 'a["0"]'),
        (("ü", 'q"'), "a", 'a["ü"]["q\\""]'),
    ],
)
def test_a_path_is_written_as_an_expression_would_read_it(
    parts: tuple[object, ...], prefix: str, path: str
) -> None:
    assert path_of(parts, prefix) == path


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"aText": 5}, Problem("aText", "should be text")),
        ({"inners": [{"howMany": 1}] * 4}, Problem("inners", "should have at most 3 items, not 4")),
        ({"aNumber": "x"}, Problem("aNumber", "should be a number")),
        ({"aFlag": "perhaps"}, Problem("aFlag", "should be true or false")),
        ({"inner": 5}, Problem("inner", "should be an object")),
        ({"inner": {}}, Problem("inner.howMany", "is missing")),
        ({"inner": {"howMany": 1.5}}, Problem("inner.howMany", "should be a whole number")),
        ({"inner": {"howMany": 0}}, Problem("inner.howMany", "should be greater than or equal to 1")),
        ({"inners": 5}, Problem("inners", "should be a list")),
        ({"inners": [{"howMany": 1}, 5]}, Problem("inners[1]", "should be an object")),
        ({"labels": {"x y": 1}}, Problem('labels["x y"]', "should be text")),
        ({"unknown": 1}, Problem("unknown", "is not a field known here; remove it or mend its name")),
        ({"few": []}, Problem("few", "should have at least 1 item, not 0")),
    ],
)
def test_each_kind_of_mistake_has_a_plain_sentence(data: object, problem: Problem) -> None:
    error = refusal(data)

    problems = problems_of(error)

    assert problems == [problem]


def test_every_problem_is_listed_below_the_prefix() -> None:
    error = refusal({"aText": 1, "inner": {"howMany": "x"}, "more": 2})

    problems = problems_of(error, "flowlets[3].args")

    assert [problem.path for problem in problems] == [
        "flowlets[3].args.aText",
        "flowlets[3].args.inner.howMany",
        "flowlets[3].args.more",
    ]


def test_a_problem_never_repeats_the_value() -> None:
    error = refusal({"aNumber": "s3cret", "inner": "s3cret", "inners": ["s3cret"]})

    problems = problems_of(error)

    assert len(problems) == 3
    assert "s3cret" not in repr(problems)


def test_a_list_is_not_called_too_short_because_its_items_are_wrong() -> None:
    error = refusal({"few": [5]})

    places = [found["loc"] for found in details_of(error)]

    assert places == [("few", 0)]


def test_a_shape_is_never_changed_after_it_is_made() -> None:
    shape = Outer()

    with pytest.raises(ValidationError):
        shape.a_text = "other"  # type: ignore[misc]  # the point of this test
