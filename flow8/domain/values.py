"""JSON values as text: how args, inputs and outputs are kept, compared and bounded.

Text, not BSON: BSON refuses integers over 64 bits and has its own ideas of `$` and `.` in keys that
webhooks send.
"""

import hashlib
import json
import math
from typing import Any, NoReturn

MAX_VALUE_BYTES = 15 * 1024 * 1024
"""One value is at most this long as text; MongoDB takes documents of 16 MiB."""


def to_text(value: Any) -> str:
    """Compact JSON in ASCII, so that lone surrogates survive a database that wants UTF-8.

    Raises:
        ValueError: the value holds NaN, an infinity, or something that is not JSON.
    """
    try:
        return _ENCODER.encode(value)
    except (TypeError, RecursionError) as error:
        raise ValueError(f"not a JSON value: {error}") from error


def from_text(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: the text is not JSON, or holds NaN or an infinity, which JSON does not know.
    """
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "surrogatepass")
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is larger than any number that can be kept")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


def canonical_digest(value: Any) -> str:
    """SHA-256 (hex) of the value's canonical JSON: keys sorted, no spaces."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_text(text: str) -> str:
    """SHA-256 (hex) of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
