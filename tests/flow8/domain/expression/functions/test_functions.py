"""The table itself: every example is true, every row is complete."""

import pytest

from flow8.domain.expression import FunctionHelp, Scope, compile_value, functions
from flow8.domain.expression.functions import FUNCTIONS


@pytest.mark.parametrize("function", functions(), ids=lambda function: function.name)
def test_every_example_is_true(function: FunctionHelp) -> None:
    result = compile_value(f"{{{{ {function.example} }}}}").evaluate(Scope({}))

    assert result == function.result
    assert type(result) is type(function.result)


@pytest.mark.parametrize("function", functions(), ids=lambda function: function.name)
def test_every_function_is_told_in_one_line(function: FunctionHelp) -> None:
    assert function.signature.startswith(f"{function.name}(")
    assert function.signature.endswith(")")
    assert function.help.endswith(".")
    assert "\n" not in function.help
    assert function.name in function.example


def test_the_table_is_whole() -> None:
    groups = {function.group for function in functions()}

    assert groups == {
        "text",
        "number",
        "list",
        "object",
        "date",
        "encoding",
        "hashing",
        "regex",
        "random",
        "query",
    }
    assert len(functions()) == 78
    assert [function.name for function in functions()] == list(FUNCTIONS)
