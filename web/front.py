"""The Flask application with our habits: faults of the database in words, JSON as the API promises it."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Final

from flask import Flask, request
from flask.json.provider import JSONProvider
from flask.typing import ResponseReturnValue

from flow8.clock import iso
from flow8.store.database import faults_in_words
from web import asked

log = logging.getLogger("web")

ExcInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class Json(JSONProvider):
    """Compact JSON in the order it was written, moments in ISO 8601 with milliseconds and `Z`."""

    mimetype = "application/json"

    def dumps(self, obj: Any, **_: Any) -> str:
        """The text of a value; a value that JSON does not know is our mistake."""
        return _ENCODER.encode(obj)

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """The value of a text."""
        return json.loads(s)


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return iso(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False, default=_moment)


class Front(Flask):
    """Our Flask. Whatever MongoDB does while a request is answered arrives as `Unavailable`."""

    json_provider_class = Json

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Every view and hook is synchronous; Flask would look at each of them at each request."""
        return func

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Run what comes before the view."""
        with faults_in_words():
            return super().preprocess_request()

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view."""
        with faults_in_words():
            return super().dispatch_request()

    def log_exception(self, exc_info: ExcInfo) -> None:
        """Log what nobody expected, under the id that the caller is told."""
        log.error(
            "%s %s failed, request_id=%s", request.method, request.path, asked.request_id(), exc_info=exc_info
        )
