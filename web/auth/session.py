"""Begin and end the session of a browser."""

from werkzeug.wrappers import Response

from flow8.services import sign_in
from web import asked
from web.auth import cookie


def begin(email: str, password: str) -> sign_in.SignedIn:
    """A new session under a new id; the one that the browser had is over.

    Raises:
        Unauthorized: e-mail and password do not belong together.
    """
    found = sign_in.sign_in(asked.engine(), email, password, **asked.who())
    _end_earlier()
    return found


def end(answer: Response) -> None:
    """End the browser's session and have it forget the cookie."""
    _end_earlier()
    cookie.take_back(answer)


def _end_earlier() -> None:
    sid = cookie.sid()
    if sid is not None:
        sign_in.sign_out(asked.engine(), sid, ip=asked.ip(), door=asked.DOOR)
