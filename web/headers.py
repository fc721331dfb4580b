"""The headers of every answer: what a browser may do with it, and under which id it was asked for."""

from typing import Any, Final

from flask import Flask, Response

from web import asked

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SANDBOX: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
POLICY: Final = "Content-Security-Policy"
HEADERS: Final = {
    POLICY: CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with it, browsers say "Origin: null" for our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NONCE_PLACE: Final = "style-src 'self'"
_OURS: Final = {name.lower() for name in HEADERS} | {"x-request-id"}


class Answer(Response):
    """An answer with our headers. They join the others on their way out, where that costs least.

    A page with a `nonce` may hold elements of style that name it, which no text of a stranger can know.
    """

    nonce: str | None = None

    ours = tuple(HEADERS.items())

    def get_wsgi_response(self, environ: Any) -> Any:
        """Body, status and headers, ours in place of what a view may have said under their names."""
        body, status, headers = super().get_wsgi_response(environ)
        others = [(name, value) for name, value in headers if name.lower() not in _OURS]
        # Nothing of ours is public knowledge, unless its view says how long it may be kept.
        if "Cache-Control" not in self.headers:
            others.append(("Cache-Control", "no-store"))
        ours = self.ours if self.nonce is None else {**HEADERS, POLICY: policy_with(self.nonce)}.items()
        return body, status, [*others, *ours, ("X-Request-Id", asked.request_id())]


class Download(Answer):
    """Somebody's file. Whatever it holds, a browser saves it, and lets it do nothing at our address."""

    ours = tuple({**HEADERS, POLICY: SANDBOX}.items())


class OfChannel(Answer):
    """An answer of a flow on the front: with its own headers, as the port of its channel gives it."""

    def get_wsgi_response(self, environ: Any) -> Any:
        """Body, status and headers as they are."""
        return Response.get_wsgi_response(self, environ)


def allow(answer: Response, nonce: str) -> None:
    """Let a page of ours have elements of style that name this nonce."""
    if isinstance(answer, Answer):
        answer.nonce = nonce


def policy_with(nonce: str) -> str:
    """The policy of a page that has a nonce."""
    return CONTENT_POLICY.replace(NONCE_PLACE, f"{NONCE_PLACE} 'nonce-{nonce}'")


def register(app: Flask) -> None:
    """Put the headers on every answer of `app`."""
    app.response_class = Answer
