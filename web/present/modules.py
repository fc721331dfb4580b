"""Modules of the catalogue with their forms as JSON Schema."""

from typing import Any

from flow8.kit.module import Effect, Example, Module


def row(module: Module[Any]) -> dict[str, Any]:
    """A module as a line of a list."""
    return {
        "appId": module.app_id,
        "title": module.title,
        "help": module.help,
        "needs": list(module.needs),
        "lane": module.lane,
        # Where it depends on the args, only they can tell.
        "effect": module.effect.value if isinstance(module.effect, Effect) else None,
    }


def whole(module: Module[Any]) -> dict[str, Any]:
    """A module with the schemas of its args and output, and its examples."""
    return {
        **row(module),
        "args": module.args.model_json_schema(by_alias=True),
        "output": module.out.model_json_schema(by_alias=True, mode="serialization"),
        "examples": [_example(module, example) for example in module.examples],
    }


def _example(module: Module[Any], example: Example) -> dict[str, Any]:
    given = "output" if module.order is None else "order"
    return {"title": example.title, "args": example.args, given: example.output}
