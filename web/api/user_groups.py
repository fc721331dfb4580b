"""User groups: people who are granted, and may approve, the same."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import user_groups
from web import asked
from web.bodies import Text, json_body, query
from web.paging import Paging
from web.policy import needs
from web.present import people as present
from web.present.lists import page_of

bp = Blueprint("user_groups", __name__)


class Group(Model):
    """A user group as it shall be."""

    name: Text
    user_ids: tuple[Text, ...] = ()


@bp.get("/user-groups")
@needs(Right.ADMINISTER)
def list_user_groups() -> Response:
    """The company's user groups by name."""
    wanted = query(Paging)
    found = user_groups.list_user_groups(asked.engine(), asked.actor(), page=wanted.page, size=wanted.size)
    return jsonify(page_of(found, present.user_group))


@bp.post("/user-groups")
@needs(Right.ADMINISTER)
def create_user_group() -> ResponseReturnValue:
    """A new user group."""
    wish = json_body(Group)
    made = user_groups.create_user_group(asked.engine(), asked.actor(), **dict(wish))
    return jsonify(present.user_group(made)), HTTPStatus.CREATED


@bp.get("/user-groups/<group_id>")
@needs(Right.ADMINISTER)
def get_user_group(group_id: str) -> Response:
    """One user group."""
    found = user_groups.get_user_group(asked.engine(), asked.actor(), group_id)
    return jsonify(present.user_group(found))


@bp.put("/user-groups/<group_id>")
@needs(Right.ADMINISTER)
def change_user_group(group_id: str) -> Response:
    """Another name, other members."""
    wish = json_body(Group)
    found = user_groups.change_user_group(asked.engine(), asked.actor(), group_id, **dict(wish))
    return jsonify(present.user_group(found))


@bp.delete("/user-groups/<group_id>")
@needs(Right.ADMINISTER)
def remove_user_group(group_id: str) -> ResponseReturnValue:
    """A user group and its grants, gone."""
    user_groups.remove_user_group(asked.engine(), asked.actor(), group_id)
    return Response(status=HTTPStatus.NO_CONTENT)
