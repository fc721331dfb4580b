"""Sign in, sign out, who am I."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from flow8.domain.model import Model
from flow8.services import sign_in
from web import asked
from web.auth import cookie, session
from web.bodies import json_body
from web.policy import public, signed_in

bp = Blueprint("auth", __name__)


class Login(Model):
    """What a person proves to be somebody with."""

    email: str = Field(min_length=1, max_length=320)
    password: str = Field(min_length=1, max_length=1024)


@bp.post("/auth/login")
@public
def login() -> Response:
    """Begin a session."""
    given = json_body(Login)
    found = session.begin(given.email, given.password)
    answer = jsonify(sign_in.who_am_i(asked.engine(), found.actor))
    cookie.give(answer, found.sid)
    return answer


@bp.post("/auth/logout")
@signed_in
def logout() -> ResponseReturnValue:
    """End the session of the cookie."""
    answer = Response(status=HTTPStatus.NO_CONTENT)
    session.end(answer)
    return answer


@bp.get("/auth/me")
@signed_in
def me() -> Response:
    """Whoever the session or the key names."""
    return jsonify(sign_in.who_am_i(asked.engine(), asked.actor()))
