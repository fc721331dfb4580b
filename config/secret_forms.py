"""The forms in which a known secret turns up in other texts: as it is, and as programs write it.

What goes into logs and the audit is cleaned by them (`config/redaction.py`), and what plays record
(`flow8/domain/veil.py`).
"""

import base64
import json
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, quote_plus

LONGEST_LINE_OF_WORDS: Final = 16
"""A line of a longer secret, such as a key of many lines, is looked for alone when it has this many signs."""


def forms_of(secret: str) -> Iterator[str]:
    """The secret, escaped, quoted for JSON and URLs, in base64 wherever it begins, in hexadecimal digits."""
    lines = [line.strip() for line in secret.splitlines()]
    for part in dict.fromkeys([secret, *(line for line in lines if len(line) >= LONGEST_LINE_OF_WORDS)]):
        data = part.encode("utf-8", "surrogatepass")
        yield part
        yield part.encode("unicode_escape").decode()
        yield from (json.dumps(part, ensure_ascii=only_ascii)[1:-1] for only_ascii in (True, False))
        yield from _in_urls(data)
        yield from _in_base64(data)
        yield from (data.hex(), data.hex().upper())


def _in_urls(data: bytes) -> Iterator[str]:
    for form in (quote(data), quote(data, safe=""), quote_plus(data)):
        yield form
        yield _small_digits(form)


def _small_digits(form: str) -> str:
    """The same with `%2f` for `%2F`."""
    first, *others = form.split("%")
    return "%".join([first, *(f"{other[:2].lower()}{other[2:]}" for other in others)])


def _in_base64(data: bytes) -> Iterator[str]:
    """The secret alone; and what is the same wherever it begins in a longer text, as in `user:password`."""
    for alone in (base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode()):
        yield from (alone, alone.rstrip("="))
    for shift, first in ((0, 0), (1, 2), (2, 3)):
        encoded = base64.b64encode(bytes(shift) + data).decode()
        core = encoded[first : (shift + len(data)) * 8 // 6]
        yield core
        yield core.replace("+", "-").replace("/", "_")
