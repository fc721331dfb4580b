"""What people see instead of a page: why not, and what to do about it."""

from flask import Response, make_response, render_template, request

from flow8.errors import Flow8Error, Unauthorized
from web import asked
from web.pages.places import after_sign_in
from web.pages.sign_in import sign_in_page


def error_page(error: Flow8Error) -> Response:
    """The page for an error; who is not signed in may do so, and comes back to where they were."""
    if error.status == Unauthorized.status:
        return sign_in_page(back=after_sign_in(request), why=_why(error))
    return make_response(render_template("error.html", error=error, request_id=asked.request_id()))


def _why(error: Flow8Error) -> str | None:
    return error.message if error.error_code != Unauthorized.code else None
