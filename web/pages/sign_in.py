"""Sign in and out with a form."""

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from flow8.errors import Denied, TooMany, Unauthorized
from web import asked
from web.auth import cookie, dance, session
from web.bodies import form
from web.pages.places import HOME, safe
from web.policy import public, signed_in

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
@public
def show_sign_in() -> Response:
    """The form."""
    return sign_in_page(back=safe(request.args.get("back")))


@bp.post("/sign-in")
@public
def do_sign_in() -> Answer:
    """Begin a session and go where one wanted to."""
    given = form()
    back, email = safe(given.get("back")), given.get("email", "").strip()
    try:
        found = session.begin(email, given.get("password", ""))
    except (Unauthorized, Denied, TooMany) as error:
        answer = sign_in_page(back=back, why=error.message, email=email)
        answer.status_code = error.status
        if isinstance(error, TooMany):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    done = redirect(back, HTTPStatus.SEE_OTHER)
    cookie.give(done, found.sid)
    return done


@bp.post("/sign-out")
@signed_in
def do_sign_out() -> Answer:
    """End the session and offer the next."""
    answer = redirect("/sign-in", HTTPStatus.SEE_OTHER)
    session.end(answer)
    return answer


def sign_in_page(*, back: str = HOME, why: str | None = None, email: str = "") -> Response:
    """The form, with the reason why it is shown and what will keep it from working."""
    page = render_template(
        "sign_in.html",
        back=back,
        why=why,
        email=email,
        cookie_is_dropped=cookie.would_be_dropped(),
        host=request.host,
        public_url=asked.settings().public_url,
        microsoft=dance.address(back),
    )
    return make_response(page)
