"""Components: CRUD, providers, and a real test of one; secrets are written and never read."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import components, resource_uses
from web import asked
from web.bodies import Flag, Text, json_body, query
from web.describe import REV, answers
from web.paging import Paging
from web.policy import needs
from web.present import components as present
from web.present.lists import ListShape, PageShape, page_of
from web.present.uses import UsedByShape, uses_of
from web.revs import wanted_rev, with_etag

bp = Blueprint("components", __name__)


class ListedComponents(Paging):
    """Which components: all, or those of one kind."""

    kind: Text | None = None


class NewComponent(Model):
    """A wish for a component; `config` holds its secrets as well."""

    name: Text
    kind: Text
    provider: Text
    config: dict[str, Any] = Field(default_factory=dict)
    is_default: Flag = False


class ChangedComponent(Model):
    """A component as it is to be; a secret that `config` leaves out stays, one that is null goes."""

    name: Text
    config: dict[str, Any]
    is_default: Flag | None = None


class Trial(Model):
    """What to try: the component as it is, or with another `config`, as a change would take it."""

    config: dict[str, Any] | None = None


@bp.get("/components")
@needs(Right.VIEW)
@answers(PageShape[present.ComponentShape], query=ListedComponents)
def list_components() -> Response:
    """The company's components by name, or those of one kind."""
    wanted = query(ListedComponents)
    found = components.list_components(
        asked.engine(), asked.actor(), kind=wanted.kind, page=wanted.page, size=wanted.size
    )
    return jsonify(page_of(found, present.component))


@bp.get("/components/providers")
@needs(Right.VIEW)
@answers(ListShape[present.ProviderShape])
def list_providers() -> Response:
    """Every provider that a component can be made of, with the form of its configuration."""
    found = components.list_providers(asked.engine(), asked.actor())
    return jsonify({"data": [present.provider(each) for each in found]})


@bp.get("/components/uses")
@needs(Right.VIEW)
@answers(ListShape[UsedByShape])
def list_component_uses() -> Response:
    """For each component the published flows that use it, by permanent id."""
    return jsonify(uses_of(resource_uses.component_users(asked.engine(), asked.actor())))


@bp.post("/components")
@needs(Right.ADMINISTER)
@answers(
    present.ComponentShape, HTTPStatus.CREATED, body=NewComponent, errors=("COMPONENT_EXISTS",), etag=True
)
def create_component() -> ResponseReturnValue:
    """A new component."""
    wish = json_body(NewComponent)
    made = components.create_component(
        asked.engine(),
        asked.actor(),
        name=wish.name,
        kind=wish.kind,
        provider=wish.provider,
        config=wish.config,
        is_default=wish.is_default,
    )
    return with_etag(present.component(made), made.record.rev), HTTPStatus.CREATED


@bp.get("/components/<component>")
@needs(Right.VIEW)
@answers(present.ComponentShape, errors=("COMPONENT_NOT_FOUND",), etag=True)
def get_component(component: str) -> Response:
    """One component, by id or name; its ETag is its `rev`."""
    found = components.get_component(asked.engine(), asked.actor(), component)
    return with_etag(present.component(found), found.record.rev)


@bp.put("/components/<component>")
@needs(Right.ADMINISTER)
@answers(
    present.ComponentShape,
    body=ChangedComponent,
    errors=("COMPONENT_NOT_FOUND", "COMPONENT_EXISTS", "COMPONENT_CHANGED", "COMPONENT_IN_USE"),
    etag=True,
    if_match=REV,
)
def change_component(component: str) -> Response:
    """Another name and configuration; with `If-Match` only if it is still at that `rev`."""
    wish = json_body(ChangedComponent)
    changed = components.change_component(
        asked.engine(),
        asked.actor(),
        component,
        new_name=wish.name,
        config=wish.config,
        is_default=wish.is_default,
        rev=wanted_rev(),
    )
    return with_etag(present.component(changed), changed.record.rev)


@bp.delete("/components/<component>")
@needs(Right.ADMINISTER)
@answers(
    None,
    HTTPStatus.NO_CONTENT,
    errors=("COMPONENT_NOT_FOUND", "COMPONENT_CHANGED", "COMPONENT_IN_USE"),
    if_match=REV,
)
def remove_component(component: str) -> ResponseReturnValue:
    """Remove a component that no published flow uses."""
    components.remove_component(asked.engine(), asked.actor(), component, rev=wanted_rev())
    return "", HTTPStatus.NO_CONTENT


@bp.post("/components/<component>/test")
@needs(Right.ADMINISTER)
@answers(present.TestedShape, body=Trial, errors=("COMPONENT_NOT_FOUND",))
def try_component(component: str) -> Response:
    """Open the component and let it show that it works, for ten seconds at most; nothing is kept."""
    config = json_body(Trial).config
    tested = components.try_component(asked.engine(), asked.actor(), component, config=config)
    return jsonify(present.tested(tested))
