"""The args of a play that came through a channel: a flow is written once for every door."""

from collections.abc import Mapping
from typing import Any

from flow8.domain.schema import coerce_scalars
from flow8.ingress.exchange import Content

Schema = dict[str, Any] | None


def args_of(content: Content, query: Mapping[str, Any], params: Mapping[str, str], schema: Schema) -> Any:
    """The JSON object of the body, without a body the query; path parameters are added where missing.

    What came as text in query, path or form takes the scalar type that the flow's `input` gives it; any
    other body stands under `body`.
    """
    args = _named(content, query, schema)
    missing = {name: value for name, value in params.items() if name not in args}
    return {**args, **typed(missing, schema)} if missing else args


def typed(fields: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """Fields that came as text, in the types of their properties; one given several times stays a list."""
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    return {**fields, **coerce_scalars(schema, texts)} if texts else dict(fields)


def _named(content: Content, query: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    if not content.is_there:
        return typed(query, schema)
    if not isinstance(content.value, dict):
        return {"body": content.value}
    return typed(content.value, schema) if content.is_text else content.value
