"""The head of a request, read in the one way that every server in front reads it too."""

import re
from http.client import HTTPMessage
from typing import Final
from urllib.parse import quote

from flow8.errors import Malformed

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PRINTABLE: Final = "".join(map(chr, range(0x21, 0x7F)))


def check_head(headers: HTTPMessage) -> None:
    """Refuse headers that another server may have understood differently, the length of the body above all.

    Raises:
        Malformed: they are such.
    """
    pairs = list(headers.raw_items())
    if headers.defects or any(not _NAME.fullmatch(name) or "\n" in value for name, value in pairs):
        raise Malformed("A header is one name and one value on one line.")
    lengths = headers.get_all("content-length", [])
    codings = headers.get_all("transfer-encoding", [])
    if len(lengths) + len(codings) > 1:
        raise Malformed("The length of the body is given twice.")
    if any(not (length.isascii() and length.isdigit()) for length in lengths):
        raise Malformed("Content-Length is not a number.")
    if any(coding.lower() != "chunked" for coding in codings):
        raise Malformed("Transfer-Encoding can only be 'chunked'.")


def joined(headers: HTTPMessage) -> dict[str, str]:
    """The headers by name in small letters; one that comes several times is joined as HTTP says."""
    found: dict[str, str] = {}
    for name, value in headers.raw_items():
        key = name.lower()
        if key in found:
            found[key] += ("; " if key == "cookie" else ", ") + value.strip()
        else:
            found[key] = value.strip()
    return found


def ascii_target(target: str) -> str:
    """The target of a request; bytes that its client forgot to encode are encoded."""
    return target if target.isascii() else quote(target.encode("latin-1"), safe=_PRINTABLE)
