"""Begin and end the session of a browser."""

from werkzeug.wrappers import Response

from flow8.services import account, sessions, sign_in
from flow8.services.sessions import SignedIn
from web import asked
from web.auth import cookie


def begin(email: str, password: str) -> SignedIn:
    """A new session under a new id; the one that the browser had is over.

    Raises:
        Unauthorized: e-mail and password do not belong together.
        TooMany: it was tried too often.
    """
    found = sign_in.sign_in(asked.engine(), email, password, **asked.who())
    _end_earlier()
    return found


def switch(company: str) -> SignedIn:
    """Go on in another company, under a new id."""
    return sessions.switch_company(asked.engine(), asked.actor(), cookie.sid(), company)


def change_password(current: str, new: str) -> SignedIn:
    """Another password; every session is over, and a new one begins."""
    return account.change_password(asked.engine(), asked.actor(), current, new)


def end(answer: Response) -> None:
    """End the browser's session and have it forget the cookie."""
    _end_earlier()
    cookie.take_back(answer)


def _end_earlier() -> None:
    sid = cookie.sid()
    if sid is not None:
        sessions.sign_out(asked.engine(), sid, ip=asked.ip(), door=asked.DOOR)
