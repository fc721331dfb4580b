"""One log line for each request, as the documentation shows it: `GET /api/v1/flows?page=1 200 45ms`."""

import logging
import re
import time
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from flask import Flask, Response, g

from config import log_ids
from flow8.metrics.counters import request_seconds
from web import asked

QUIET: Final = ("/health", "/livez", "/readyz", "/metrics", "/assets/")
LONGEST_TARGET: Final = 2000
_PLAIN: Final = re.compile(r"[A-Za-z0-9/:@!$&'()*+,;=~._-]*")
_SECRET: Final = re.compile(
    r"(?i)((?:^|&)[^=&]*(?:token|secret|pass|key|code|ticket|sid|auth|sign|credential)[^=&]*=)[^&]+"
)

log = logging.getLogger("http")


def register(app: Flask) -> None:
    """Log every request to `app`."""
    app.before_request(_note_start)
    app.after_request(_log)
    app.teardown_request(_forget)


def target_of(path: str, query: str) -> str:
    """What was asked for, with the values of parameters cut that look like secrets."""
    shown = path if _PLAIN.fullmatch(path) else quote(path, safe="/:@!$&'()*+,;=~-._")
    if query:
        shown += "?" + _SECRET.sub(r"\1***", query)
    return shown if len(shown) <= LONGEST_TARGET else f"{shown[:LONGEST_TARGET]}..."


def _note_start() -> None:
    g.started = time.perf_counter()
    log_ids.begin(request_id=asked.request_id())


def _forget(_: BaseException | None) -> None:
    log_ids.begin()


def _log(answer: Response) -> Response:
    request = asked.current()
    took = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
    request_seconds.labels(f"{answer.status_code // 100}xx").observe(took / 1000)
    is_quiet = request.path.startswith(QUIET) and answer.status_code < HTTPStatus.BAD_REQUEST
    log.log(
        logging.DEBUG if is_quiet else logging.INFO,
        "%s %s %d %.0fms",
        request.method,
        target_of(request.path, request.query_string.decode("latin-1")),
        answer.status_code,
        took,
    )
    return answer
