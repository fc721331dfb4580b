"""What a caller has seen before it changes something: the ETag in If-Match."""

from typing import Final

from flow8.errors import Flow8Error, Malformed
from web import asked

LONGEST_REV: Final = 18
"""Digits of a number that a database still takes for a whole one."""


class PreconditionRequired(Flow8Error):
    """Send If-Match with the ETag that you loaded, so that nobody's work is lost; or If-Match: *."""

    status = 428
    code = "PRECONDITION_REQUIRED"


def wanted_etag() -> str | None:
    """The one ETag that the caller has seen; None for `*`, whatever is there.

    Raises:
        PreconditionRequired: there is no If-Match.
        Malformed: it is no ETag.
    """
    if not asked.current().headers.get("If-Match", "").strip():
        raise PreconditionRequired
    return wanted_etag_if_any()


def wanted_etag_if_any() -> str | None:
    """The same; None without an If-Match, too."""
    given = asked.current().headers.get("If-Match", "").strip()
    if given in ("", "*"):
        return None
    text = given.removeprefix("W/")
    if len(text) < 2 or text[0] != '"' or text[-1] != '"' or '"' in text[1:-1]:  # noqa: PLR2004 - both quotes
        raise Malformed("If-Match is one ETag in double quotes, as it came with the answer.")
    return text[1:-1]


def wanted_rev() -> int | None:
    """The rev that the caller has seen, of records whose ETag is their rev; None without one, and for `*`.

    Raises:
        Malformed: it is no rev.
    """
    given = asked.current().headers.get("If-Match", "").strip().strip('"')
    if not given or given == "*":
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_REV):
        raise Malformed('If-Match is the rev as it came with the answer, as in If-Match: "3".')
    return int(given)
