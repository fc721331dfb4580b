"""The headers of every answer: what a browser may do with it, and under which id it was asked for."""

from typing import Final

from flask import Flask, Response

from web import asked

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with it, browsers say "Origin: null" for our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def register(app: Flask) -> None:
    """Put the headers on every answer of `app`."""
    app.after_request(_with_headers)


def _with_headers(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers[name] = value
    answer.headers["X-Request-Id"] = asked.request_id()
    # Nothing of ours is public knowledge, unless its view says how long it may be kept.
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer
