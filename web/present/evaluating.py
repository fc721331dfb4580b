"""What an expression came to."""

from typing import Any

from typing_extensions import TypedDict

from flow8.services.evaluating import Answer
from web.present.flows import ProblemShape


class EvaluatedShape(TypedDict):
    """The value, or the beginning of its JSON text where it is `truncated`; `size` in bytes of JSON.

    Of conditions, which are `met`, and whether they hold together; null without any. `trouble` says what
    cannot be worked out and why; then there is nothing else.
    """

    value: Any
    size: int
    truncated: bool
    met: list[bool]
    holds: bool | None
    trouble: ProblemShape | None


def evaluated(found: Answer) -> EvaluatedShape:
    """What was worked out."""
    value, trouble = found.value, found.trouble
    return {
        "value": value.value,
        "size": value.size,
        "truncated": value.truncated,
        "met": list(found.met),
        "holds": found.holds,
        "trouble": None if trouble is None else {"path": trouble.path, "message": trouble.message},
    }
