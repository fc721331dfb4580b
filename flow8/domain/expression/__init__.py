"""The language inside `{{ }}`: small, closed, bounded, and unable to reach a Python object."""

from flow8.domain.expression.bounds import ExpressionError
from flow8.domain.expression.functions import FunctionHelp, functions
from flow8.domain.expression.parser import ROOTS
from flow8.domain.expression.template import (
    Scope,
    Template,
    compile_condition,
    compile_value,
    find_problems,
)
from flow8.domain.expression.values import to_text, truthy

__all__ = [
    "ROOTS",
    "ExpressionError",
    "FunctionHelp",
    "Scope",
    "Template",
    "compile_condition",
    "compile_value",
    "find_problems",
    "functions",
    "to_text",
    "truthy",
]
