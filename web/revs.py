"""Records whose ETag is their `rev`: what `If-Match` asks for, and the answer that carries it."""

from typing import Any, Final

from flask import Response, jsonify

from flow8.errors import Malformed
from web import asked

LONGEST_REV: Final = 18
"""Digits of a number that a database still takes for a whole one."""


def with_etag(shape: Any, rev: int) -> Response:
    """The JSON of a record, with its `rev` as ETag."""
    answer = jsonify(shape)
    answer.set_etag(str(rev))
    return answer


def wanted_rev() -> int | None:
    """The `rev` that the caller has seen; None for `*` or without an If-Match. An empty one is a slip.

    Raises:
        Malformed: it is no rev.
    """
    given = asked.current().headers.get("If-Match", "*").strip().strip('"')
    if given == "*":
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_REV):
        raise Malformed('If-Match is the rev of the record, as in If-Match: "3".')
    return int(given)
