"""Groups: the folders of flows."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import groups
from web import asked
from web.bodies import Text, json_body, query
from web.describe import answers
from web.paging import Paging
from web.policy import needs
from web.present import groups as present
from web.present.lists import PageShape, page_of

bp = Blueprint("groups", __name__)


class GroupWish(Model):
    """A group as it is to be; `parent` is the name or id of the group that it stands in."""

    name: Text
    parent: Text | None = None


@bp.get("/groups")
@needs(Right.VIEW)
@answers(PageShape[present.GroupShape], query=Paging)
def list_groups() -> Response:
    """The company's groups by name."""
    wanted = query(Paging)
    found = groups.list_groups(asked.engine(), asked.actor(), page=wanted.page, size=wanted.size)
    return jsonify(page_of(found, present.group))


@bp.post("/groups")
@needs(Right.EDIT)
@answers(present.GroupShape, HTTPStatus.CREATED, body=GroupWish, errors=("GROUP_EXISTS",))
def create_group() -> ResponseReturnValue:
    """A new group."""
    wish = json_body(GroupWish)
    made = groups.create_group(asked.engine(), asked.actor(), name=wish.name, parent=wish.parent)
    return jsonify(present.group(made)), HTTPStatus.CREATED


@bp.get("/groups/<flow_group>")
@needs(Right.VIEW)
@answers(present.GroupShape, errors=("GROUP_NOT_FOUND",))
def get_group(flow_group: str) -> Response:
    """One group, by id or name."""
    return jsonify(present.group(groups.get_group(asked.engine(), asked.actor(), flow_group)))


@bp.put("/groups/<flow_group>")
@needs(Right.EDIT)
@answers(present.GroupShape, body=GroupWish, errors=("GROUP_NOT_FOUND", "GROUP_EXISTS"))
def change_group(flow_group: str) -> Response:
    """Another name or place for a group; without `parent` it stands in none."""
    wish = json_body(GroupWish)
    changed = groups.change_group(
        asked.engine(), asked.actor(), flow_group, name=wish.name, parent=wish.parent
    )
    return jsonify(present.group(changed))


@bp.delete("/groups/<flow_group>")
@needs(Right.EDIT)
@answers(None, HTTPStatus.NO_CONTENT, errors=("GROUP_NOT_FOUND", "GROUP_NOT_EMPTY"))
def remove_group(flow_group: str) -> ResponseReturnValue:
    """Remove a group that holds nothing."""
    groups.remove_group(asked.engine(), asked.actor(), flow_group)
    return Response(status=HTTPStatus.NO_CONTENT)
