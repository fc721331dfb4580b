"""The common ground of every shape that arrives from outside: camelCase in JSON, unknown fields refused."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from flow8.errors import Problem

UNKNOWN_FIELD = "is not a field known here; remove it or mend its name"
MISSING = "is missing"

_PLAIN_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")

_JARGON = re.compile(r"^(Value error, |Input |String |(List|Tuple|Dictionary) (?=should ))| after validation")

_SENTENCES: Mapping[str, str] = {
    "extra_forbidden": UNKNOWN_FIELD,
    "missing": MISSING,
    "string_type": "should be text",
    "string_sub_type": "should be text",
    "string_unicode": "should be text",
    "int_type": "should be a whole number",
    "int_parsing": "should be a whole number",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number",
    "float_parsing": "should be a number",
    "finite_number": "should be a finite number",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "list_type": "should be a list",
    "tuple_type": "should be a list",
    "dict_type": "should be an object",
    "model_type": "should be an object",
    "model_attributes_type": "should be an object",
}


class Model(BaseModel):
    """A strict shape: camelCase outside, snake_case inside, nothing unknown, never changed once made."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )


def path_of(parts: Sequence[Any], prefix: str = "") -> str:
    """`("flowlets", 2, "args", "x y")` as `flowlets[2].args["x y"]`."""
    path = prefix
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not _PLAIN_NAME.fullmatch(str(part)):
            path += f"[{json.dumps(str(part), ensure_ascii=False)}]"
        else:
            path += f".{part}" if path else str(part)
    return path


def problems_of(error: ValidationError, prefix: str = "") -> list[Problem]:
    """Every problem of a refused shape, each with its path; values are never repeated."""
    return [Problem(path_of(found["loc"], prefix), _sentence(found)) for found in details_of(error)]


def details_of(error: ValidationError) -> list[Any]:
    """What pydantic found, without what only follows: a list is not too short because its items are wrong."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    insides = {each["loc"][:depth] for each in found for depth in range(len(each["loc"]))}
    return [each for each in found if each["type"] != "too_short" or each["loc"] not in insides]


def _sentence(found: Any) -> str:
    if sentence := _SENTENCES.get(found["type"]):
        return sentence
    message = _JARGON.sub("", str(found["msg"]))
    return message[:1].lower() + message[1:]
