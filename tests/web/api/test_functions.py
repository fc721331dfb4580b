"""The expression functions over HTTP."""

from flow8.domain.expression import functions
from tests.support.web import Program


def test_every_function_has_help_and_a_true_example(program: Program) -> None:
    listed = program.get("functions").json or {}

    assert [each["name"] for each in listed["data"]] == [each.name for each in functions()]
    assert all(each["help"] and each["example"] and each["signature"] for each in listed["data"])
