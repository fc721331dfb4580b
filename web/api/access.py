"""Grants on single flows and on groups of flows."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import access
from web import asked
from web.bodies import Text, json_body, query
from web.paging import Paging
from web.policy import needs
from web.present import people as present
from web.present.lists import page_of

bp = Blueprint("access", __name__)


class NewGrant(Model):
    """A wish for a grant: to one of `userId` and `userGroupId`, on one of `flowId` and `groupId`."""

    right: Text
    user_id: Text | None = None
    user_group_id: Text | None = None
    flow_id: Text | None = None
    group_id: Text | None = None


class OtherRight(Model):
    """The right that a grant shall give."""

    right: Text


class Which(Paging):
    """Which grants to list."""

    user_id: str | None = None
    user_group_id: str | None = None
    flow_id: str | None = None
    group_id: str | None = None


@bp.get("/access")
@needs(Right.ADMINISTER, somewhere=True)
def list_grants() -> Response:
    """Grants in the order they were made."""
    told = query(Which)
    which = access.Which(told.user_id, told.user_group_id, told.flow_id, told.group_id)
    found = access.list_grants(asked.engine(), asked.actor(), which, page=told.page, size=told.size)
    return jsonify(page_of(found, present.grant))


@bp.post("/access")
@needs(Right.ADMINISTER, somewhere=True)
def grant() -> ResponseReturnValue:
    """A new grant; the flow by id or permanent id."""
    told = json_body(NewGrant)
    wish = access.Wish(told.right, told.user_id, told.user_group_id, told.flow_id, told.group_id)
    return jsonify(present.grant(access.grant(asked.engine(), asked.actor(), wish))), HTTPStatus.CREATED


@bp.get("/access/<grant_id>")
@needs(Right.ADMINISTER, somewhere=True)
def get_grant(grant_id: str) -> Response:
    """One grant."""
    return jsonify(present.grant(access.get_grant(asked.engine(), asked.actor(), grant_id)))


@bp.put("/access/<grant_id>")
@needs(Right.ADMINISTER, somewhere=True)
def change_grant(grant_id: str) -> Response:
    """Another right for the same people on the same flows."""
    right = json_body(OtherRight).right
    return jsonify(present.grant(access.change_grant(asked.engine(), asked.actor(), grant_id, right)))


@bp.delete("/access/<grant_id>")
@needs(Right.ADMINISTER, somewhere=True)
def withdraw(grant_id: str) -> ResponseReturnValue:
    """A grant taken back."""
    access.withdraw(asked.engine(), asked.actor(), grant_id)
    return Response(status=HTTPStatus.NO_CONTENT)
