"""Conditions: which values count as true, the same in a module's args as in expressions."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo

from flow8.kit.fields import RAW, is_template

WORDS = {"true": True, "false": False}


def holds(value: Any) -> bool:
    """False are `false null 0 "" [] {}` and the word `false`; every other value holds."""
    if isinstance(value, str):
        return WORDS.get(value.strip(), bool(value))
    return bool(value)


def _judge(value: Any, info: ValidationInfo) -> bool:
    written = info.context == RAW and isinstance(value, str) and not is_template(value)
    if written and value.strip() not in WORDS:
        raise ValueError("without {{ }} a condition is only true or false; put an expression into {{ }}")
    return holds(value)


Condition = Annotated[bool, BeforeValidator(_judge)]
"""The type of a condition's field: any JSON value goes in, its truth stays."""
