"""The description of the API as OpenAPI 3.1, made of what the routes say of themselves."""

import inspect
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Flask
from pydantic import TypeAdapter
from werkzeug.routing import Rule

from flow8.domain.access import RIGHTS, Right, Role
from flow8.files.multipart import MULTIPART
from web.describe import ETAG, JSON, Description, View, description_of
from web.openapi_errors import ERROR_REF, ERROR_SCHEMA, statuses_of
from web.policy import Policy, policy_of

BASE: Final = "/api/v1"
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
REF: Final = "#/components/schemas/{model}"
YAML: Final = "application/yaml"
ONE_FILE: Final = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}
TITLE: Final = "flow8"
VERSION: Final = "1"
ABOUT: Final = (
    "Everything that people, programs and agents can ask of flow8. Moments are ISO 8601 in UTC. "
    "Flows are named by id or permanent id everywhere. `/api` is an alias of `/api/v1`."
)
_ARGUMENT: Final = re.compile(r"<(?:(\w+):)?(\w+)>")

Shape = dict[str, Any]


def described_routes(app: Flask) -> Iterator[tuple[str, Rule, View]]:
    """Each route of the API with each of its methods, once: not under its alias."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.rule.startswith(f"{BASE}/"):
            for method in METHODS:
                if method in (rule.methods or ()):
                    yield method, rule, app.view_functions[rule.endpoint]


def document(app: Flask, url: str) -> Shape:
    """The whole description. A route that says nothing of itself stands there without answers."""
    schemas = _Schemas()
    told = [
        (method, rule, view, description_of(view) or Description(None))
        for method, rule, view in described_routes(app)
    ]
    for _, _, _, description in told:
        schemas.add(description)
    schemas.make()
    paths: dict[str, Shape] = {}
    for method, rule, view, description in told:
        path = _ARGUMENT.sub(r"{\2}", rule.rule.removeprefix(BASE))
        paths.setdefault(path, {})[method.lower()] = _operation(rule, view, description, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": ABOUT},
        "servers": [{"url": f"{url}{BASE}"}],
        "paths": paths,
        "components": {
            "schemas": {"Error": ERROR_SCHEMA, **schemas.definitions},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key, `f8_…`."},
                "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
            },
        },
        "security": [{"key": []}, {"session": []}],
    }


class _Schemas:
    """The schemas of every type that a route names, made together so that each has one name."""

    def __init__(self) -> None:
        self._adapters: dict[tuple[str, str], tuple[Any, TypeAdapter[Any]]] = {}
        self._made: Mapping[Any, Shape] = {}
        self.definitions: Shape = {}

    def add(self, description: Description) -> None:
        """Note the types of one route."""
        for kind in (description.answer, *description.also.values()):
            if kind is not None:
                self._note(kind, "serialization")
        for model in (description.query, description.body):
            if model is not None:
                self._note(model, "validation")

    def make(self) -> None:
        """Make the schemas of all of them."""
        inputs = [(key, key[1], adapter) for key, (_, adapter) in self._adapters.items()]
        self._made, rest = TypeAdapter.json_schemas(inputs, ref_template=REF)  # type: ignore[arg-type]
        self.definitions = rest.get("$defs", {})

    def of(self, kind: Any, mode: str) -> Shape:
        """The schema of one type, mostly a reference."""
        return self._made[(_name(kind, mode), mode), mode]

    def whole(self, kind: Any, mode: str) -> Shape:
        """The schema itself, not a reference."""
        found = self.of(kind, mode)
        name = found.get("$ref", "").rpartition("/")[2]
        return self.definitions[name] if name else found

    def _note(self, kind: Any, mode: str) -> None:
        self._adapters.setdefault((_name(kind, mode), mode), (kind, TypeAdapter(kind)))


def _name(kind: Any, mode: str) -> str:
    return f"{getattr(kind, '__module__', '')}.{kind!r}.{mode}"


def _operation(rule: Rule, view: View, description: Description, schemas: _Schemas) -> Shape:
    policy = policy_of(view) or Policy()
    summary, _, more = (inspect.getdoc(view) or "").partition("\n")
    operation: Shape = {
        "operationId": view.__name__,
        "tags": [rule.rule.removeprefix(f"{BASE}/").partition("/")[0]],
        "summary": summary,
        "description": "\n\n".join(part for part in (more.strip(), _who(policy)) if part),
        "x-policy": _policy(policy),
        "parameters": [
            *_path_parameters(rule),
            *_query_parameters(description, schemas),
            *_headers(description),
        ],
        "responses": _responses(rule, policy, description, schemas),
    }
    if policy.public:
        operation["security"] = []
    if body := _body(description, schemas):
        operation["requestBody"] = body
    return operation


def _policy(policy: Policy) -> Shape:
    if policy.public:
        return {"who": "anybody"}
    if policy.right is None:
        return {"who": "known"}
    return {"who": _least(policy.right), "right": policy.right.value, "byGrant": policy.somewhere}


def _who(policy: Policy) -> str:
    """The policy in a sentence."""
    if policy.public:
        return "Anybody may."
    if policy.right is None:
        return "Whoever comes with a session or a key may."
    grant = ", or a grant on the flow" if policy.somewhere else ""
    return f"Needs the right `{policy.right}`: the role {_least(policy.right)} or above{grant}."


def _least(right: Right) -> str:
    return next((role.value for role in Role if right in RIGHTS[role]), "agent")


def _path_parameters(rule: Rule) -> list[Shape]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string"},
        }
        for kind, name in _ARGUMENT.findall(rule.rule)
    ]


def _query_parameters(description: Description, schemas: _Schemas) -> list[Shape]:
    if description.query is None:
        return []
    schema = schemas.whole(description.query, "validation")
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": _without_null(field),
            **({"style": "form", "explode": False} if field.get("type") == "array" else {}),
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _without_null(field: Shape) -> Shape:
    """A parameter is left out rather than null."""
    choices = [each for each in field.get("anyOf", ()) if each.get("type") != "null"]
    rest = {name: value for name, value in field.items() if name not in ("anyOf", "title", "default")}
    default = {"default": field["default"]} if field.get("default") is not None else {}
    return {**rest, **(choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {}), **default}


def _headers(description: Description) -> list[Shape]:
    told = dict(description.headers)
    shapes: dict[str, Shape] = {}
    if description.if_match:
        told["If-Match"] = "The ETag that was loaded; another one since then is refused."
        shapes["If-Match"] = {"pattern": ETAG if description.if_match is True else description.if_match}
    required = "PRECONDITION_REQUIRED" in description.errors
    return [
        {
            "name": name,
            "in": "header",
            "required": required and name == "If-Match",
            "description": sentence,
            "schema": {"type": "string", **shapes.get(name, {})},
        }
        for name, sentence in told.items()
    ]


def _body(description: Description, schemas: _Schemas) -> Shape | None:
    if description.text_body:
        return {"required": True, "content": {each: {"schema": {"type": "object"}} for each in (YAML, JSON)}}
    if description.file_body:
        return {"required": True, "content": {MULTIPART: {"schema": ONE_FILE}}}
    if description.body is None:
        return None
    whole = schemas.whole(description.body, "validation")
    content = {JSON: {"schema": schemas.of(description.body, "validation")}}
    return {"required": bool(whole.get("required")), "content": content}


def _responses(rule: Rule, policy: Policy, description: Description, schemas: _Schemas) -> Shape:
    found: dict[str, Shape] = {}
    for status, kind in {description.status: description.answer, **description.also}.items():
        found[str(int(status))] = _answer(status, kind, description, schemas)
    has_path = bool(_ARGUMENT.search(rule.rule))
    for status, codes in statuses_of(policy, description, has_path=has_path).items():
        found[str(status)] = {
            "description": ", ".join(codes),
            "content": {JSON: {"schema": {"$ref": ERROR_REF}}},
        }
    return found


def _answer(status: int, kind: Any, description: Description, schemas: _Schemas) -> Shape:
    answer: Shape = {"description": HTTPStatus(status).phrase}
    if kind is not None:
        answer["content"] = {description.media: {"schema": schemas.of(kind, "serialization")}}
    if description.or_text is not None:
        answer["content"][description.or_text] = {"schema": {"type": "string"}}
    if description.etag:
        answer["headers"] = {"ETag": {"schema": {"type": "string"}}}
    return answer
