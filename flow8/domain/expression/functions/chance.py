"""Functions that give something new each time, from the operating system's random source."""

import base64
import secrets
import uuid

from flow8.domain.expression.bounds import ExpressionError, room
from flow8.domain.expression.functions.table import Row

_LONGEST = 250


def _uuid() -> str:
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


def _int(low: int, high: int) -> int:
    if high < low:
        raise ExpressionError("the lower number comes first")
    return low + secrets.randbelow(high - low + 1)


def _string(length: int) -> str:
    room(length, _LONGEST)
    return base64.b32encode(secrets.token_bytes(max(length, 0))).decode().lower()[: max(length, 0)]


ROWS: list[Row] = [
    ("uuid()", "A new UUID, version 4.", "uuid() | length => 36", _uuid),
    ("randomInt(low, high)", "A whole number, both ends included.", "randomInt(3, 3) => 3", _int),
    ("randomString(length)", "Letters and digits, 250 at most.", "randomString(8) | length => 8", _string),
]
