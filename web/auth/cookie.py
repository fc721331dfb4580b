"""The session's cookie: its flags, and whether a browser is going to keep it."""

from typing import Final
from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Response

from web import asked
from web.hosts import is_loopback

NAME: Final = "sid"
LONGEST: Final = 200


def sid() -> str | None:
    """The session that the browser names; None without one."""
    given = request.cookies.get(NAME, "")
    return given if 0 < len(given) <= LONGEST else None


def give(answer: Response, value: str) -> None:
    """Have the browser keep a session. The cookie ends with the browser, the session by itself."""
    settings = asked.settings()
    answer.set_cookie(
        NAME,
        value,
        secure=settings.session_cookie_secure,
        httponly=settings.session_cookie_http_only,
        samesite=settings.session_cookie_same_site.capitalize(),
    )


def take_back(answer: Response) -> None:
    """Have the browser forget its session."""
    settings = asked.settings()
    answer.delete_cookie(
        NAME,
        secure=settings.session_cookie_secure,
        httponly=settings.session_cookie_http_only,
        samesite=settings.session_cookie_same_site.capitalize(),
    )


def would_be_dropped() -> bool:
    """Whether browsers refuse the cookie here: it wants HTTPS, and this is plain HTTP from afar."""
    if not asked.settings().session_cookie_secure or request.is_secure:
        return False
    host = urlsplit(f"//{request.host}").hostname or ""
    public = urlsplit(asked.settings().public_url)
    behind_tls = public.scheme == "https" and public.hostname == host
    return not behind_tls and not is_loopback(host)
