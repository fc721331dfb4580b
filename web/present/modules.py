"""Modules of the catalogue with their forms as JSON Schema."""

from typing import Any, NotRequired

from typing_extensions import TypedDict

from flow8.kit.module import Effect, Example, Module
from flow8.kit.reference import group_of


class ModuleRow(TypedDict):
    """A module as a line of a list; `needs` are kinds of components, `links` services it may sign in to."""

    appId: str
    group: str
    title: str
    help: str
    needs: list[str]
    links: list[str]
    lane: str
    effect: str | None


class ExampleShape(TypedDict):
    """A true example: args, and the output or the order to the engine that they give."""

    title: str
    args: dict[str, Any]
    output: NotRequired[Any]
    order: NotRequired[Any]


class ModuleShape(ModuleRow):
    """A module with the schemas of its args and output, and its examples."""

    args: dict[str, Any]
    output: dict[str, Any]
    examples: list[ExampleShape]


class FunctionShape(TypedDict):
    """A function of the expression language; what its example comes to is its `result`."""

    name: str
    group: str
    signature: str
    help: str
    example: str
    result: Any


def row(module: Module[Any]) -> ModuleRow:
    """A module as a line of a list."""
    return {
        "appId": module.app_id,
        "group": group_of(module),
        "title": module.title,
        "help": module.help,
        "needs": list(module.needs),
        "links": list(module.links),
        "lane": module.lane,
        # Where it depends on the args, only they can tell.
        "effect": module.effect.value if isinstance(module.effect, Effect) else None,
    }


def whole(module: Module[Any]) -> ModuleShape:
    """A module with the schemas of its args and output, and its examples."""
    return {
        **row(module),
        "args": module.args.model_json_schema(by_alias=True),
        "output": module.out.model_json_schema(by_alias=True, mode="serialization"),
        "examples": [_example(module, example) for example in module.examples],
    }


def _example(module: Module[Any], example: Example) -> ExampleShape:
    if module.order is None:
        return {"title": example.title, "args": example.args, "output": example.output}
    return {"title": example.title, "args": example.args, "order": example.output}
