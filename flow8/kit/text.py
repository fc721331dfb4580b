"""Text that is not choosy: what a value looks like inside a text."""

import json
from typing import Annotated, Any

from pydantic import BeforeValidator

SHORT = 1e16
"""From here on a float is written with an exponent, as in expressions."""


def as_text(value: Any) -> str:
    """A JSON value as it stands inside a text: null is empty, 2.0 is `2`, lists and objects compact JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < SHORT:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


Text = Annotated[str, BeforeValidator(as_text)]
"""The type of a text field that takes any JSON value and keeps it as text."""
