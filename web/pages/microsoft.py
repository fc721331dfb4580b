"""Sign in by Microsoft: the way there, and the way back."""

import logging
from http import HTTPStatus
from typing import Final

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from flow8.domain.model import Model
from flow8.errors import Flow8Error, NotFound, TooMany, Unauthorized
from web import asked
from web.auth import cookie, dance
from web.bodies import query
from web.describe import answers
from web.pages.places import HOME, safe
from web.pages.sign_in import sign_in_page
from web.policy import public

NO_TRIP: Final = (
    "Your browser did not come back with what flow8 gave it, so you are not signed in. Sign in once more, in "
    "one window and within ten minutes."
)

bp = Blueprint("microsoft", __name__)
log = logging.getLogger("auth")


class Wish(Model):
    """Where to go afterwards."""

    back: str = HOME


@bp.get("/api/auth/microsoft")
@bp.get(dance.BEGIN)
@public
@answers(None, query=Wish, also={HTTPStatus.FOUND: None}, errors=("MICROSOFT_OFF",))
def sign_in_by_microsoft() -> Response:
    """Go to Microsoft to sign in; a browser that would not keep our cookie is told so instead."""
    back = safe(query(Wish).back)
    _must_be_on()
    if cookie.would_be_dropped():
        return sign_in_page(back=back)
    try:
        return dance.go(back)
    except TooMany as error:
        return _told(error, back)


@bp.get(dance.END, endpoint="authorized")
@public
def come_back_from_microsoft() -> Response:
    """Begin the session of whoever Microsoft vouches for, and go where they wanted to."""
    _must_be_on()
    trip = dance.trip()
    if trip is None:
        log.error("login failed: microsoft_state request_id=%s", asked.request_id())
        return _told(Unauthorized(NO_TRIP))
    try:
        found = dance.come_back(trip)
    except Flow8Error as error:
        return _told(error, trip.back)
    # Not a redirect: the browser counts that as Microsoft's doing, and keeps a Strict cookie from it.
    answer = make_response(render_template("signed_in.html", back=trip.back))
    cookie.give(answer, found.sid)
    cookie.take_back_trip(answer)
    return answer


def _must_be_on() -> None:
    if not dance.is_on():
        raise NotFound("Sign-in by Microsoft is not set up; set OAUTH2_CLIENT_ID.", code="MICROSOFT_OFF")


def _told(error: Flow8Error, back: str = HOME) -> Response:
    answer = sign_in_page(back=back, why=error.message)
    answer.status_code = error.status
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    cookie.take_back_trip(answer)
    return answer
