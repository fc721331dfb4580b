"""The forms in which a known secret turns up in other texts: as it is, and as programs write it."""

import base64
import json
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, quote_plus

LONGEST_LINE_OF_WORDS: Final = 16
"""A line of a longer secret, such as a key of many lines, is looked for alone when it has this many signs."""


def forms_of(secret: str) -> Iterator[bytes]:
    """The secret, quoted for JSON and for URLs, in base64 wherever it begins, in hexadecimal digits."""
    lines = [line.strip() for line in secret.splitlines()]
    for part in dict.fromkeys([secret, *(line for line in lines if len(line) >= LONGEST_LINE_OF_WORDS)]):
        data = part.encode("utf-8", "surrogatepass")
        yield data
        yield part.encode("unicode_escape")
        for only_ascii in (True, False):
            yield json.dumps(part, ensure_ascii=only_ascii)[1:-1].encode("utf-8", "surrogatepass")
        yield from _in_urls(data)
        yield from _in_base64(data)
        yield from (data.hex().encode(), data.hex().upper().encode())


def _in_urls(data: bytes) -> Iterator[bytes]:
    for form in (quote(data), quote(data, safe=""), quote_plus(data)):
        yield form.encode()
        yield _small_digits(form).encode()


def _small_digits(form: str) -> str:
    """The same with `%2f` for `%2F`."""
    first, *others = form.split("%")
    return "%".join([first, *(f"{other[:2].lower()}{other[2:]}" for other in others)])


def _in_base64(data: bytes) -> Iterator[bytes]:
    """What all base64 texts share that hold the secret, be it after none, one or two bytes of another."""
    for shift, first in ((0, 0), (1, 2), (2, 3)):
        core = base64.b64encode(bytes(shift) + data)[first : (shift + len(data)) * 8 // 6]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))
