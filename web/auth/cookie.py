"""Our cookies: of a session, of a trip to Microsoft; and whether a browser is going to keep them."""

from typing import Final
from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Response

from flow8.ingress import SESSION_COOKIE, TRIP_COOKIE
from web import asked
from web.hosts import is_loopback

NAME: Final = SESSION_COOKIE
TRIP: Final = TRIP_COOKIE
LONGEST: Final = 200


def sid() -> str | None:
    """The session that the browser names; None without one."""
    return _given(NAME)


def trip() -> str | None:
    """The trip to Microsoft that the browser comes back from; None without one."""
    return _given(TRIP)


def _given(name: str) -> str | None:
    given = request.cookies.get(name, "")
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


def give_trip(answer: Response, value: str, seconds: float) -> None:
    """Have the browser keep a trip, and show it at its end only.

    Microsoft's page sends the browser back, so `Strict` would keep the cookie from us just when it is needed.
    """
    answer.set_cookie(
        TRIP,
        value,
        max_age=int(seconds),
        path=_trips_end(),
        secure=asked.settings().session_cookie_secure,
        httponly=True,
        samesite="Lax",
    )


def take_back_trip(answer: Response) -> None:
    """Have the browser forget a trip."""
    secure = asked.settings().session_cookie_secure
    answer.delete_cookie(TRIP, path=_trips_end(), secure=secure, httponly=True, samesite="Lax")


def _trips_end() -> str:
    return urlsplit(asked.settings().oauth2_redirect_uri).path


def would_be_dropped() -> bool:
    """Whether browsers refuse our cookies here: it wants HTTPS, and this is plain HTTP from afar."""
    if not asked.settings().session_cookie_secure or request.is_secure:
        return False
    host = urlsplit(f"//{request.host}").hostname or ""
    public = urlsplit(asked.settings().public_url)
    behind_tls = public.scheme == "https" and public.hostname == host
    return not behind_tls and not is_loopback(host)
