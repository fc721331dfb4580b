"""From the outcome of a play, or an error, to the answer of a channel."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from flow8.domain.file_value import disposition
from flow8.domain.play import PlayState
from flow8.domain.values import to_text
from flow8.engine.start import Outcome
from flow8.errors import Flow8Error, Unauthorized
from flow8.files import Opened
from flow8.ingress.exchange import OUR_COOKIES, Answer
from flow8.ingress.route import WrongMethod
from flow8.ingress.seen import HOP_BY_HOP, cookie_name

PLAY_HEADER: Final = "X-Flow8-Play"
RETRY_SECONDS: Final = "5"
JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"
INERT: Final = ("application/json", "text/plain", "text/csv")
WITHOUT_BODY: Final = frozenset({204, 205, 304})

OpenFile = Callable[[Any], Opened | None]

# Beside those of the connection: what we say ourselves, and what would reach the console on the same host or,
# through the front, on the same origin, because browsers keep cookies and these rules for all of it.
NOT_FOR_FLOWS: Final = HOP_BY_HOP | {
    "content-length",
    "date",
    "x-content-type-options",
    "alt-svc",
    "clear-site-data",
    "nel",
    "report-to",
    "service-worker-allowed",
    "strict-transport-security",
    PLAY_HEADER.lower(),
}
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def queued(outcomes: Iterable[Outcome]) -> Answer:
    """202 for an `async` route: the plays are stored and will be performed."""
    ids = [outcome.play_id for outcome in outcomes]
    value = {"playId": ids[0], "status": "queued"}
    return _json(202, value if len(ids) == 1 else {**value, "playIds": ids}, ids[0])


def answer_of(outcome: Outcome, url: str, open_file: OpenFile) -> Answer:
    """The answer of a `sync` route; `url` is where an unfinished play can be looked up.

    A file value that is all of the answer is sent as the file that `open_file` opens.
    """
    play_id = outcome.play_id
    if not outcome.finished:
        return _json(202, {"playId": play_id, "state": outcome.state.value, "url": url}, play_id)
    if outcome.state in (PlayState.FAIL, PlayState.CANCELLED):
        code = "PLAY_FAILED" if outcome.state is PlayState.FAIL else "PLAY_CANCELLED"
        return _json(500, {"error": code, "playId": play_id}, play_id)
    if isinstance(outcome.reply, Mapping):
        return _reply(outcome.reply, play_id, open_file(outcome.reply.get("body")))
    if file := open_file(outcome.output):
        return _reply({}, play_id, file)
    return _json(200, outcome.output, play_id)


def refusal(error: Flow8Error, request_id: str) -> Answer:
    """The answer to a request that started nothing."""
    status = error.status
    value = {
        "error": error.error_code,
        "message": error.message,
        "statusCode": status,
        "requestId": request_id,
        "details": [{"path": problem.path, "message": problem.message} for problem in error.problems],
    }
    answer = _json(status, value, error=error.error_code)
    if isinstance(error, Unauthorized):
        answer.headers["WWW-Authenticate"] = 'Bearer realm="flow8 channel"'
    if isinstance(error, WrongMethod):
        answer.headers["Allow"] = ", ".join(error.allowed)
    if status in {429, 503}:
        answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _json(status: int, value: Any, play_id: str | None = None, error: str | None = None) -> Answer:
    headers = {"Content-Type": JSON, "X-Content-Type-Options": "nosniff"}
    if play_id is not None:
        headers[PLAY_HEADER] = play_id
    return Answer(status, headers, to_text(value).encode(), error)


def _reply(reply: Mapping[str, Any], play_id: str, file: Opened | None) -> Answer:
    """What a `respond` flowlet set, without what a flow may not say to a browser."""
    body = reply.get("body")
    headers = _allowed(reply.get("headers") or {})
    names = {name.lower(): name for name in headers}
    if file is not None and "content-disposition" not in names:
        headers["Content-Disposition"] = disposition(file.record.name)
    if "content-type" not in names:
        headers["Content-Type"] = file.record.type if file else TEXT if isinstance(body, str) else JSON
        names["content-type"] = "Content-Type"
    if not headers[names["content-type"]].lower().startswith(INERT):
        own = names.get("content-security-policy", "Content-Security-Policy")
        headers[own] = ", ".join(filter(None, ["sandbox", headers.get(own)]))
    headers["X-Content-Type-Options"] = "nosniff"
    headers[PLAY_HEADER] = play_id
    status = int(reply.get("status") or 200)
    if file is not None and status not in WITHOUT_BODY:
        return Answer(status, headers, b"", file=file)
    return Answer(status, headers, b"" if status in WITHOUT_BODY else _bytes(body))


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    return body.encode("utf-8", errors="replace") if isinstance(body, str) else to_text(body).encode()


def _allowed(headers: Mapping[str, Any]) -> dict[str, str]:
    """The headers a flow may set, once each; text outside ISO 8859-1 travels as its UTF-8 bytes."""
    allowed: dict[str, tuple[str, str]] = {}
    for name, value in headers.items():
        text = str(value).strip()
        if not _NAME.fullmatch(name) or _CONTROL.search(text) or _is_ours(name.lower(), text):
            continue
        allowed[name.lower()] = (name, text.encode("utf-8", errors="replace").decode("latin-1"))
    return dict(allowed.values())


def _is_ours(name: str, value: str) -> bool:
    sets_ours = name == "set-cookie" and cookie_name(value.partition(";")[0]) in OUR_COOKIES
    return sets_ours or name in NOT_FOR_FLOWS
