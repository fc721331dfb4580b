"""The audit as files; entries come in their shape from the services."""

from collections.abc import Iterable
from itertools import chain

from flask import Response
from typing_extensions import TypedDict

from flow8.services.audit import AuditEntryShape
from flow8.services.audit_text import FORMATS


class AuditPageShape(TypedDict):
    """Some entries, newest first; `next` is what to pass as `after` for the ones before them."""

    data: list[AuditEntryShape]
    next: int | None


def file(entries: Iterable[AuditEntryShape], form: str) -> Response:
    """The entries as a file that is sent while it is written."""
    media_type, write = FORMATS[form]
    pieces = write(entries)
    # The first one now, while a database that does not answer can still be told as such.
    answer = Response(chain([next(pieces)], pieces), mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=f"audit.{form}")
    return answer
