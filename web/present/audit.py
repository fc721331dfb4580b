"""The audit as files; entries come in their shape from the services."""

from collections.abc import Iterable
from typing import Any

from flask import Response

from flow8.services.audit_text import FORMATS


def file(entries: Iterable[dict[str, Any]], form: str) -> Response:
    """The entries as a file that is sent while it is written."""
    media_type, write = FORMATS[form]
    answer = Response(write(entries), mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=f"audit.{form}")
    return answer
