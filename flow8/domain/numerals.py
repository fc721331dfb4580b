"""Numbers written as text: in YAML, in a query, in a value that a filter casts."""

import math
import re

PLAIN_NUMBER = re.compile(
    r"[-+]?(?:0|[1-9][0-9]*|(?:0|[1-9][0-9]*)?\.[0-9]+|(?:0|[1-9][0-9]*)\.)(?:[eE][-+]?[0-9]+)?"
)
_ZEROS = re.compile(r"\A([-+]?)0+(?=[0-9])")
_LONGEST = 310
"""Characters; the largest float has 309 digits, and reading longer integers takes quadratic time."""


def number_in(text: str, *, leading_zeros: bool = False) -> int | float | None:
    """The number that a text writes in decimal, or None when it writes none.

    `007` is a number only with `leading_zeros`, since it is mostly a code whose zeros matter; `1e999`, which
    no JSON value can hold, never is.
    """
    if leading_zeros:
        text = _ZEROS.sub(r"\1", text, count=1)
    if len(text) > _LONGEST or not PLAIN_NUMBER.fullmatch(text):
        return None
    if text.lstrip("+-").isdigit():
        return int(text)
    number = float(text)
    return number if math.isfinite(number) else None
