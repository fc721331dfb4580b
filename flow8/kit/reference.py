"""The page about every module, written from the modules themselves."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from flow8.kit.fields import Fields
from flow8.kit.module import Effect, Example, Module

HEAD = """# Modules

Every step a flow can take. The page is written from the modules themselves; `make docs` writes it anew.
"""

EFFECTS: Mapping[Effect, str] = {
    Effect.NONE: "changes nothing outside its play",
    Effect.READ: "reads from outside",
    Effect.WRITE: "writes outside; after a crash it runs again with the same key",
    Effect.IRREVERSIBLE: "cannot be taken back; after a crash it is not run again",
}

TYPES: Mapping[str, str] = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
}

Schema = Mapping[str, Any]


def modules_page(modules: Iterable[Module[Any]]) -> str:
    """The whole page as Markdown, by group and appId."""
    ordered = sorted(modules, key=lambda each: (group_of(each), each.app_id))
    pieces = [HEAD]
    for group, members in groupby(ordered, key=group_of):
        pieces.append(f"## {group}\n")
        pieces.extend(_section(member) for member in members)
    return "\n".join(pieces)


def group_of(module: Module[Any]) -> str:
    """What it is about: the folder of its file, or `private` right in a folder of the owner's."""
    folder = module.source.split(".")[-2]
    return "private" if folder.startswith("private_") else folder


def _section(module: Module[Any]) -> str:
    lines = [f"### {module.app_id}: {module.title}", "", *([module.help, ""] if module.help else [])]
    lines += [f"Effect: {_effect(module)}. Lane: `{module.lane}`.{_needs(module)}", ""]
    lines += [
        "| argument | type | default | meaning |",
        "|---|---|---|---|",
        *_rows(module.args, defaults=True),
    ]
    lines += ["", *_output(module.out)]
    for example in module.examples:
        lines += ["", *_example(example, module.order)]
    return "\n".join([*lines, ""])


def _effect(module: Module[Any]) -> str:
    if isinstance(module.effect, Effect):
        return EFFECTS[module.effect]
    return "depends on the arguments"


def _needs(module: Module[Any]) -> str:
    kinds = ", ".join(f"`{kind}`" for kind in module.needs)
    programs = ", ".join(each.name for each in module.programs)
    links = ", ".join(f"`{service}`" for service in module.links)
    told = (("Components", kinds), ("Links", links), ("Programs", programs))
    return "".join(f" {what}: {names}." for what, names in told if names)


def _output(form: type[Fields]) -> list[str]:
    if rows := list(_rows(form, defaults=False)):
        return ["| output | type | meaning |", "|---|---|---|", *rows]
    schema = form.model_json_schema()
    return [f"Output: {_type(schema)}. {schema.get('description', '')}".rstrip()]


def _rows(form: type[Fields], *, defaults: bool) -> Iterator[str]:
    schema = form.model_json_schema(by_alias=True)
    for name, each, required in _properties(schema, schema.get("$defs", {})):
        cells = [f"`{name}`", _type(each)]
        cells += [_default(each, required=required)] if defaults else []
        yield _row([*cells, each.get("description", "")])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _properties(schema: Schema, forms: Schema, prefix: str = "") -> Iterator[tuple[str, Schema, bool]]:
    for name, each in schema.get("properties", {}).items():
        yield f"{prefix}{name}", each, name in schema.get("required", ())
        if reference := each.get("items", {}).get("$ref"):
            yield from _properties(forms[reference.rpartition("/")[2]], forms, f"{prefix}{name}[].")


def _type(schema: Schema) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(f"`{each}`" for each in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        inner = schema.get("items", {})
        return "list of objects" if "$ref" in inner else f"list of {_type(inner)}"
    if schema.get("type") == "object" or "$ref" in schema:
        return "object"
    return TYPES.get(schema.get("type", ""), "any value")


def _default(schema: Schema, *, required: bool) -> str:
    if required:
        return "required"
    return f"`{json.dumps(schema['default'])}`" if "default" in schema else "empty"


def _example(example: Example, order: type[Fields] | None) -> list[str]:
    args = json.dumps(example.args, ensure_ascii=False, indent=2)
    output = json.dumps(example.output, ensure_ascii=False, indent=2)
    gives = f"asks the engine for `{order.__name__}`" if order else "gives"
    return [f"{example.title}:", "", "```json", args, "```", "", gives, "", "```json", output, "```"]
