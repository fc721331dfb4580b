"""Definitions of flows without the secrets that somebody wrote into them, to be shown and compared."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from flow8.domain.diff import Diff, FieldChange, FlowletChange
from flow8.domain.veil import MASK
from flow8.engine.engine import Engine
from flow8.kit.fields import each_field, is_secret

_SECRET_NAME: Final = re.compile(r"(?i)authoriz|passw|secret|token|api[-_]?key|cookie|credential|private")
"""Under such a name nobody writes what all may see, whatever a module declares."""
_ONLY_EXPRESSIONS: Final = re.compile(r"\s*(?:(?:Bearer|Basic)\s+)?(?:\{\{[^'\"{}]*\}\}\s*)+")
"""Expressions without a text in them hold no secret."""
_WITHIN_TEXT: Final = re.compile(
    r"(?<=://)[^/@\s:]*:[^/@\s]*(?=@)"  # in a URL, user and password
    r"|(?i:(?<=bearer )|(?<=basic ))[\w.~+/=-]{8,}"
    r"|\bf8_[0-9a-f]{24}_[\w-]+"
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # a JWT
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?"
)
"""What is a secret wherever it stands."""
_MASK_WITHIN: Final = re.compile(r"://\*\*\*@|\b(?i:bearer|basic) \*\*\*")
_EXPRESSION: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_KEYWORDS_OF_FIELDS: Final = frozenset({"properties", "patternProperties", "$defs"})
_KEYWORDS_OF_VALUES: Final = frozenset({"default", "const", "enum", "example", "examples"})

Steps = tuple[str | int, ...]


def masked(engine: Engine, definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with `***` where a secret stands."""
    flowlets = definition.get("flowlets")
    whole = {
        name: _masked_schema(value) if name == "input" else _veiled(value, name, ())
        for name, value in definition.items()
        if name != "flowlets"
    }
    if isinstance(flowlets, list):
        whole["flowlets"] = [_masked_flowlet(engine, each) for each in flowlets]
    return whole


def _masked_schema(schema: Any, name: str = "") -> Any:
    """A JSON Schema without the values in it that are secret; that there is a field of that name is none."""
    if not isinstance(schema, dict):
        return _veiled(schema, "", ())
    return {key: _masked_keyword(key, value, name) for key, value in schema.items()}


def _masked_keyword(key: str, value: Any, name: str) -> Any:
    if key in _KEYWORDS_OF_FIELDS and isinstance(value, dict):
        return {field: _masked_schema(each, field) for field, each in value.items()}
    if key in _KEYWORDS_OF_VALUES:
        return _veiled(value, name, ())
    if isinstance(value, list):
        return [_masked_schema(each, name) for each in value]
    return _masked_schema(value, name)


def _masked_flowlet(engine: Engine, flowlet: Any) -> Any:
    if not isinstance(flowlet, dict):
        return flowlet
    secrets = _secret_fields(engine, flowlet.get("appId"))
    return {
        name: _veiled(value, "", secrets) if name == "args" else _veiled(value, name, ())
        for name, value in flowlet.items()
    }


def _secret_fields(engine: Engine, app_id: Any) -> tuple[str, ...]:
    """The args of a module that its form declares secret, as `inner.field`."""
    module = engine.registry.modules.get(app_id) if isinstance(app_id, str) else None
    if module is None:
        return ()
    return tuple(path for path, declared in each_field(module.args) if is_secret(declared))


def _veiled(value: Any, name: str, secrets: tuple[str, ...], path: str = "") -> Any:
    """A value without what is secret by its name or by the form; expressions are shown, they hold none."""
    if path in secrets or _SECRET_NAME.search(name):
        return _hidden(value)
    if isinstance(value, dict):
        return {
            key: _veiled(inner, str(key), secrets, f"{path}.{key}" if path else str(key))
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_veiled(inner, "", secrets, path) for inner in value]
    return _WITHIN_TEXT.sub(MASK, value) if isinstance(value, str) else value


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_hidden(inner) for inner in value]
    is_shown = value is None or (isinstance(value, str) and _ONLY_EXPRESSIONS.fullmatch(value))
    return value if is_shown else MASK


def is_secret_name(name: str) -> bool:
    """Whether what stands under this name is shown to nobody; a path is a name too."""
    return _SECRET_NAME.search(name) is not None


def hidden_texts(engine: Engine, definition: Mapping[str, Any]) -> Iterator[str]:
    """The texts that `masked` hides, and of one with expressions the pieces that are in its value."""
    for _, whole, shown in _leaves(definition, masked(engine, definition)):
        if isinstance(whole, str) and whole != shown:
            yield from _secrets_of(whole, shown)


def _secrets_of(whole: str, shown: Any) -> Iterator[str]:
    if shown != MASK:
        yield from _WITHIN_TEXT.findall(whole)
        return
    yield whole
    yield from _EXPRESSION.split(whole)
    for expression in _EXPRESSION.findall(whole):
        yield from (text[1:-1] for text in _QUOTED.findall(expression))


def mask_places(engine: Engine, definition: Mapping[str, Any]) -> Iterator[Steps]:
    """Where a definition has a mask in place of a secret; elsewhere `***` is a text like any other."""
    # Another text at the same place is hidden if that is a place of secrets.
    probe = masked(engine, _with_other_text(definition))
    for steps, whole, shown in _leaves(definition, probe):
        if isinstance(whole, str) and ((whole == MASK == shown) or _MASK_WITHIN.search(whole)):
            yield steps


def _with_other_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_other_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_other_text(inner) for inner in value]
    return "withheld" if value == MASK else value


def _leaves(whole: Any, shown: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any, Any]]:
    """Each value in a JSON value that holds no others, beside what is shown of it."""
    if isinstance(whole, dict):
        for key, inner in whole.items():
            yield from _leaves(inner, shown[key], (*steps, key))
    elif isinstance(whole, list):
        for place, inner in enumerate(whole):
            yield from _leaves(inner, shown[place], (*steps, place))
    else:
        yield steps, whole, shown


def masked_value(value: Any) -> Any:
    """Any value with `***` where a secret stands, by its name or by its form."""
    return _veiled(value, "", ())


def masked_diff(engine: Engine, found: Diff, after: Mapping[str, Any]) -> Diff:
    """What differs, with `***` where a secret stands; that it changed is told."""
    modules = _app_ids(after)
    return replace(
        found,
        fields=tuple(_shown(change, ()) for change in found.fields),
        added=tuple(_masked_flowlet(engine, each) for each in found.added),
        removed=tuple(_masked_flowlet(engine, each) for each in found.removed),
        changed=tuple(_masked_change(engine, each, modules.get(each.ref)) for each in found.changed),
        moved=tuple(_masked_change(engine, each, modules.get(each.ref)) for each in found.moved),
    )


def _masked_change(engine: Engine, change: FlowletChange, app_id: Any) -> FlowletChange:
    secrets = _secret_fields(engine, app_id)
    return FlowletChange(change.ref, tuple(_shown(each, secrets) for each in change.fields))


def _app_ids(definition: Mapping[str, Any]) -> dict[str, Any]:
    flowlets = definition.get("flowlets")
    listed = [each for each in flowlets if isinstance(each, dict)] if isinstance(flowlets, list) else []
    return {str(each.get("ref")): each.get("appId") for each in listed}


def _shown(change: FieldChange, secrets: tuple[str, ...]) -> FieldChange:
    plain = re.sub(r"\[\d+\]", "", change.path).removeprefix("args.")
    is_hidden = any(f"{plain}.".startswith(f"{secret}.") for secret in secrets) or bool(
        _SECRET_NAME.search(change.path)
    )
    veil = _hidden if is_hidden else lambda value: _veiled(value, "", secrets, plain)
    return replace(change, before=veil(change.before), after=veil(change.after))
