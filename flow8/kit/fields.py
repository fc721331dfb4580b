"""Forms: what a module takes in, what it gives back, and how a component is configured."""

from collections.abc import Callable, Iterator
from typing import Any, get_args

from pydantic import ConfigDict, Field
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from flow8.domain.model import Model

RAW = {"raw": True}
"""Validation context of args as their author wrote them, before any `{{ … }}` in them has a value."""


class Fields(Model):
    """A form. Fields are declared with `field`; JSON sees them in camelCase; unknown fields are refused."""


class Open(Fields):
    """A form that also takes fields nobody declared, and keeps them under the names they came with."""

    model_config = ConfigDict(extra="allow")


def field(
    sentence: str,
    default: Any = PydanticUndefined,
    *,
    factory: Callable[[], Any] | None = None,
    secret: bool = False,
    **bounds: Any,
) -> Any:
    """One field of a form: a sentence for people, a default (none means required), pydantic's bounds."""
    extra: dict[str, Any] = {"secret": True} if secret else {}
    if factory is not None:
        return Field(default_factory=factory, description=sentence, json_schema_extra=extra, **bounds)
    return Field(default, description=sentence, json_schema_extra=extra, **bounds)


def to_json(form: Fields) -> dict[str, Any]:
    """The form as a JSON object, declared fields in camelCase: what a layer keeps as its output."""
    return form.model_dump(mode="json", by_alias=True)


def is_template(value: object) -> bool:
    """True for text that gets its value only when the flowlet runs."""
    return isinstance(value, str) and "{{" in value


def is_secret(declared: FieldInfo) -> bool:
    """True for a field whose value is shown to nobody."""
    extra = declared.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("secret"))


def each_field(form: type[Model], above: tuple[type[Model], ...] = ()) -> Iterator[tuple[str, FieldInfo]]:
    """Every field of a form with its path in JSON, those of forms inside it too: `routes.label`."""
    for name, declared in form.model_fields.items():
        path = declared.alias or name
        yield path, declared
        for inner in _forms_in(declared.annotation):
            if inner not in (*above, form):
                yield from ((f"{path}.{deep}", each) for deep, each in each_field(inner, (*above, form)))


def _forms_in(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for part in get_args(annotation):
        yield from _forms_in(part)
