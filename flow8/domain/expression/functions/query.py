"""JMESPath for those who know it, with our budget inside its interpreter."""

from functools import lru_cache
from typing import Any

import jmespath
from jmespath.functions import Functions
from jmespath.visitor import Options, TreeInterpreter, _Expression

from flow8.domain.expression.bounds import ExpressionError, Run, room
from flow8.domain.expression.functions.table import Row

_LONGEST = 1_000
_LOOPING = frozenset({"map", "sort_by", "min_by", "max_by"})
_FOREIGN = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError, Warning)


@lru_cache(256)
def _compiled(query: str) -> Any:
    room(len(query), _LONGEST)
    return jmespath.compile(query).parsed


class _Functions(Functions):  # type: ignore[misc]  # jmespath has no types
    def __init__(self, run: Run) -> None:
        self.run = run

    def call_function(self, name: str, args: list[Any]) -> Any:
        for value in args:
            if type(value) is not _Expression or name not in _LOOPING:
                self.run.walk(value)
        return super().call_function(name, args)


class _Interpreter(TreeInterpreter):  # type: ignore[misc]  # the same
    def __init__(self, run: Run) -> None:
        super().__init__(Options(custom_functions=_Functions(run)))
        self.run = run

    def visit(self, node: Any, value: Any) -> Any:
        result = super().visit(node, value)
        self.run.spend(2 + (len(result) >> 4) if type(result) is list else 2)
        return result

    def visit_comparator(self, node: Any, value: Any) -> Any:
        sides = [self.run.walk(self.visit(child, value)) for child in node["children"]]
        return super().visit_comparator({"value": node["value"], "children": _literals(sides)}, value)

    def visit_flatten(self, node: Any, value: Any) -> Any:
        base = self.visit(node["children"][0], value)
        if type(base) is list:
            self.run.spend(sum(len(part) for part in base if type(part) is list))
        return super().visit_flatten({"children": _literals([base])}, value)


def _literals(values: list[Any]) -> list[Any]:
    return [{"type": "literal", "value": value} for value in values]


def _jmespath(run: Run, value: Any, query: str) -> Any:
    run.spend(len(query))
    try:
        return run.walk(_Interpreter(run).visit(_compiled(query), value))
    except _FOREIGN:
        raise ExpressionError("the query does not parse or does not fit the value") from None


ROWS: list[Row] = [
    ("jmespath(any, query)", "A JMESPath query.", '[{n: 1}] | jmespath("[].n") => [1]', _jmespath),
]
