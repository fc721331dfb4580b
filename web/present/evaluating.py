"""What an expression came to."""

from typing import Any

from typing_extensions import TypedDict

from flow8.services.evaluating import Answer


class EvaluatedShape(TypedDict):
    """The value, or the beginning of its JSON text where it is `truncated`; `size` in bytes of JSON.

    Of conditions, which are `met`, and whether they hold together; null without any.
    """

    value: Any
    size: int
    truncated: bool
    met: list[bool]
    holds: bool | None


def evaluated(found: Answer) -> EvaluatedShape:
    """What was worked out."""
    value = found.value
    return {
        "value": value.value,
        "size": value.size,
        "truncated": value.truncated,
        "met": list(found.met),
        "holds": found.holds,
    }
