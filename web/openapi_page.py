"""The description of the API as its page shows it: resources with their operations, in plain words."""

import json
from dataclasses import dataclass
from typing import Any, Final

REF: Final = "#/components/schemas/"

Shape = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A parameter: where it stands, its name, its type, whether it must be there."""

    name: str
    place: str
    type: str
    required: bool


@dataclass(frozen=True)
class Answer:
    """What may be answered under one status."""

    status: str
    text: str
    type: str | None


@dataclass(frozen=True)
class Operation:
    """One route with one method."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Line, ...]
    body: str | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Resource:
    """The operations of one part of the API."""

    name: str
    operations: tuple[Operation, ...]


def resources_of(document: Shape) -> list[Resource]:
    """The resources in the order of their names."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_operation(method.upper(), path, operation))
    return [Resource(name, tuple(found[name])) for name in sorted(found)]


def _operation(method: str, path: str, told: Shape) -> Operation:
    return Operation(
        id=told["operationId"],
        method=method,
        path=path,
        summary=told["summary"],
        description=told["description"],
        parameters=tuple(
            Line(each["name"], each["in"], _type(each["schema"]), each["required"])
            for each in told["parameters"]
        ),
        body=_type_of_content(told.get("requestBody", {})),
        answers=tuple(
            Answer(status, each["description"], _type_of_content(each))
            for status, each in told["responses"].items()
        ),
    )


def _type_of_content(told: Shape) -> str | None:
    content: Shape = told.get("content", {})
    return next((_type(each["schema"]) for each in content.values()), None)


def _type(schema: Shape) -> str:
    """A schema in a few words; one that has a name by its name."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REF)
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if "enum" in schema:
        return " or ".join(json.dumps(each) for each in schema["enum"])
    return str(schema.get("format") or schema.get("type") or "any value")
