"""The audit as files; entries come in their shape from the services."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from flask import Response

from flow8.services.audit_text import FORMATS


def file(entries: Iterable[dict[str, Any]], form: str) -> Response:
    """The entries as a file that is sent while it is written."""
    media_type, write = FORMATS[form]
    pieces = write(entries)
    # The first one now, while a database that does not answer can still be told as such.
    answer = Response(chain([next(pieces)], pieces), mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=f"audit.{form}")
    return answer
