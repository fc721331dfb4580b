"""The people of the company."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import seen_as, users
from flow8.store.people import User
from web import asked
from web.bodies import Flag, Text, json_body, query
from web.describe import answers
from web.paging import Paging
from web.policy import needs
from web.present import people as present
from web.present.lists import PageShape, page_of

bp = Blueprint("users", __name__)


class NewUser(Model):
    """Somebody to be of the company; a null `role` leaves them what is granted."""

    email: Text
    name: Text
    role: Text | None
    password: Text | None = None


class ChangedUser(Model):
    """What to change; what is left out stays as it is, and a null `role` takes it away."""

    name: Text | None = None
    role: Text | None = None
    disabled: Flag | None = None


class NewPassword(Model):
    """A new password; without one it is made up."""

    password: Text | None = None


@bp.get("/users")
@needs(Right.ADMINISTER)
@answers(PageShape[present.UserShape], query=Paging)
def list_users() -> Response:
    """The company's people by address."""
    wanted = query(Paging)
    found = users.list_users(asked.engine(), asked.actor(), page=wanted.page, size=wanted.size)
    return jsonify(page_of(found, _shown))


@bp.post("/users")
@needs(Right.ADMINISTER)
@answers(present.MadeUserShape, HTTPStatus.CREATED, body=NewUser, errors=("USER_EXISTS",))
def add_user() -> ResponseReturnValue:
    """Somebody new; a password that was made up is in this answer and nowhere else."""
    wish = json_body(NewUser)
    made, password = users.add_user(asked.engine(), asked.actor(), **dict(wish))
    return jsonify({**_shown(made), "password": password}), HTTPStatus.CREATED


@bp.get("/users/<user_id>")
@needs(Right.ADMINISTER)
@answers(present.UserShape, errors=("USER_NOT_FOUND",))
def get_user(user_id: str) -> Response:
    """One of the company's people."""
    return jsonify(_shown(users.get_user(asked.engine(), asked.actor(), user_id)))


@bp.get("/users/<user_id>/flows")
@needs(Right.ADMINISTER)
@answers(PageShape[present.SeenShape], query=Paging, errors=("USER_NOT_FOUND",))
def list_flows_seen(user_id: str) -> Response:
    """The flows that somebody sees, by permanent id, each with all that they may do with it."""
    wanted = query(Paging)
    found = seen_as.flows_seen_as(asked.engine(), asked.actor(), user_id, page=wanted.page, size=wanted.size)
    return jsonify(page_of(found, present.seen))


@bp.put("/users/<user_id>")
@needs(Right.ADMINISTER)
@answers(
    present.UserShape,
    body=ChangedUser,
    errors=(
        "LAST_ADMINISTRATOR",
        "USER_SHARED",
        "USER_NOT_FOUND",
    ),
)
def change_user(user_id: str) -> Response:
    """Another name or role; shut out, or let in again."""
    told = json_body(ChangedUser)
    no_role = told.role is None and "role" in told.model_fields_set
    changes = users.Changes(told.name, told.role, no_role, told.disabled)
    return jsonify(_shown(users.change_user(asked.engine(), asked.actor(), user_id, changes)))


@bp.post("/users/<user_id>/password")
@needs(Right.ADMINISTER)
@answers(
    present.PasswordShape,
    body=NewPassword,
    errors=(
        "USER_SHARED",
        "USER_NOT_FOUND",
    ),
)
def set_password(user_id: str) -> Response:
    """Another password; their sessions end. One that was made up is in this answer and nowhere else."""
    wish = json_body(NewPassword)
    made_up = users.set_password(asked.engine(), asked.actor(), user_id, wish.password)
    return jsonify({"password": made_up})


@bp.delete("/users/<user_id>")
@needs(Right.ADMINISTER)
@answers(
    None,
    HTTPStatus.NO_CONTENT,
    errors=(
        "LAST_ADMINISTRATOR",
        "USER_NOT_FOUND",
    ),
)
def remove_user(user_id: str) -> ResponseReturnValue:
    """Somebody who is no longer of the company."""
    users.remove_user(asked.engine(), asked.actor(), user_id)
    return Response(status=HTTPStatus.NO_CONTENT)


def _shown(user: User) -> present.UserShape:
    return present.user(user, asked.actor().company_id)
