"""Sign in, sign out, who am I, another password, another company, a ticket for the WebSocket."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from flow8.domain.model import Model
from flow8.services import companies, sign_in, tickets
from flow8.services.sessions import SignedIn
from web import asked
from web.auth import cookie, session
from web.bodies import Nothing, Text, json_body
from web.describe import answers
from web.policy import public, signed_in
from web.present import people as present
from web.present import sign_in as present_sign_in

bp = Blueprint("auth", __name__)


class Login(Model):
    """What a person proves to be somebody with."""

    email: str = Field(min_length=1, max_length=320)
    password: str = Field(min_length=1, max_length=1024)


class Password(Model):
    """The password as it is, and as it shall be."""

    current: str = Field(min_length=1, max_length=1024)
    new: str = Field(max_length=2048)


class Switch(Model):
    """The company to go on in, by id or slug."""

    company: Text


@bp.post("/auth/login")
@public
@answers(
    present_sign_in.MeShape,
    body=Login,
    errors=(
        "WRONG_CREDENTIALS",
        "TOO_MANY_TRIES",
    ),
)
def login() -> Response:
    """Begin a session."""
    given = json_body(Login)
    return _signed_in(session.begin(given.email, given.password))


@bp.post("/auth/logout")
@signed_in
@answers(None, HTTPStatus.NO_CONTENT)
def logout() -> ResponseReturnValue:
    """End the session of the cookie."""
    answer = Response(status=HTTPStatus.NO_CONTENT)
    session.end(answer)
    return answer


@bp.get("/auth/me")
@signed_in
@answers(present_sign_in.MeShape)
def me() -> Response:
    """Whoever the session or the key names, and the companies to choose from."""
    mine = companies.my_companies(asked.engine(), asked.actor())
    shown = [present.company(*each) for each in mine]
    return jsonify({**sign_in.who_am_i(asked.engine(), asked.actor()), "companies": shown})


@bp.post("/auth/password")
@signed_in
@answers(
    present_sign_in.MeShape,
    body=Password,
    errors=(
        "WRONG_PASSWORD",
        "SESSION_NEEDED",
        "TOO_MANY_TRIES",
    ),
)
def change_password() -> Response:
    """Another password for whoever asks; every session ends, and this one goes on under a new id."""
    given = json_body(Password)
    return _signed_in(session.change_password(given.current, given.new))


@bp.post("/auth/company")
@signed_in
@answers(
    present_sign_in.MeShape,
    body=Switch,
    errors=(
        "COMPANY_NOT_FOUND",
        "SESSION_NEEDED",
    ),
)
def switch_company() -> Response:
    """Go on in another company, under a new session id."""
    return _signed_in(session.switch(json_body(Switch).company))


@bp.post("/auth/ws-ticket")
@signed_in
@answers(present_sign_in.TicketShape, HTTPStatus.CREATED, body=Nothing)
def make_ticket() -> ResponseReturnValue:
    """What opens one WebSocket within 30 seconds, as `?ticket=`."""
    json_body(Nothing)
    text, end = tickets.make_ticket(asked.engine(), asked.actor(), cookie.sid())
    return jsonify({"ticket": text, "expiresAt": end}), HTTPStatus.CREATED


def _signed_in(found: SignedIn) -> Response:
    mine = companies.my_companies(asked.engine(), found.actor)
    shown = [present.company(*each) for each in mine]
    answer = jsonify({**sign_in.who_am_i(asked.engine(), found.actor), "companies": shown})
    cookie.give(answer, found.sid)
    return answer
