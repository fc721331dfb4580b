"""The head of a request, read in the one way that every server in front reads it too.

What could be understood in two ways is refused, the length of the body above all: a proxy that sees another
end of a request than we do would let one client speak for another.
"""

import io
import re
from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import quote

from flow8.errors import Flow8Error, Malformed

LONGEST_LINE: Final = 64 * 1024
MOST_HEADERS: Final = 100

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TARGET: Final = re.compile(r"[!-~\x80-\x84\x86-\x9f\xa1-\xff]+")
_NOT_IN_A_VALUE: Final = re.compile(r"[\r\n\0]")
_VERSIONS: Final = ("HTTP/1.1", "HTTP/1.0")
_FRAMING: Final = ("content-length", "transfer-encoding")
_PRINTABLE: Final = "".join(map(chr, range(0x21, 0x7F)))


class HeadersTooLarge(Flow8Error):
    """The headers take more than 64 KiB, or there are more than 100 of them."""

    status: ClassVar[int] = 431
    code: ClassVar[str] = "HEADERS_TOO_LARGE"


@dataclass(frozen=True)
class RequestLine:
    """The first line of a request: `POST /orders HTTP/1.1`."""

    method: str
    target: str
    version: str


def read_request_line(line: str) -> RequestLine:
    """The first line in its three words, one space between them.

    Raises:
        Malformed: it is no such line, or speaks another HTTP than 1.1 and 1.0.
    """
    words = _without_end(line).split(" ")
    if len(words) != 3 or not _NAME.fullmatch(words[0]) or not _TARGET.fullmatch(words[1]):  # noqa: PLR2004 - method, target, version
        raise Malformed("The first line is not one of HTTP/1.1.")
    if words[2] not in _VERSIONS:
        raise Malformed("Speak HTTP/1.1.")
    return RequestLine(*words)


class Headers:
    """The headers of a request. Names are in small letters; `values` joins those that come several times."""

    __slots__ = ("_first", "content_length", "is_chunked", "values")

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.content_length: int | None = None
        self.is_chunked = False
        self._first: dict[str, str] = {}

    def first(self, name: str) -> str:
        """The value of a header, of one that comes several times the first; empty without one."""
        return self._first.get(name) or self.values.get(name, "")

    def ends_connection(self, version: str) -> bool:
        """Whether the client wants the connection closed; one that speaks 1.0 has to say that it does not."""
        wish = self.first("connection").lower()
        return wish == "close" if version == "HTTP/1.1" else wish != "keep-alive"

    def add(self, name: str, value: str) -> None:
        """Take one more line of the head.

        Raises:
            Malformed: it gives the length of the body in a way that can be understood differently.
        """
        if name in _FRAMING:
            self._take_length(name, value.lstrip(" \t"))
        value = value.strip(" \t")
        if name in self.values:
            self._first.setdefault(name, self.values[name])
            value = self.values[name] + ("; " if name == "cookie" else ", ") + value
        self.values[name] = value

    def _take_length(self, name: str, value: str) -> None:
        if self.is_chunked or self.content_length is not None:
            raise Malformed("The length of the body is given twice.")
        if name == "transfer-encoding":
            if value.lower() != "chunked":
                raise Malformed("Transfer-Encoding can only be 'chunked'.")
            self.is_chunked = True
            return
        if not (value.isascii() and value.isdigit()):
            raise Malformed("Content-Length is not a number.")
        self.content_length = int(value)


def read_headers(lines: io.BufferedIOBase) -> Headers:
    """Read headers up to the empty line that ends them.

    Raises:
        HeadersTooLarge: a line is longer than 64 KiB, or there are 100 headers.
        Malformed: a line is none that everybody understands alike, or the empty line never comes.
    """
    headers = Headers()
    for _ in range(MOST_HEADERS):
        line = lines.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise HeadersTooLarge
        if line in (b"\r\n", b"\n"):
            return headers
        name, colon, value = _without_end(line.decode("latin-1")).partition(":")
        if not colon or not _NAME.fullmatch(name) or _NOT_IN_A_VALUE.search(value):
            raise Malformed("A header is one name and one value on one line.")
        headers.add(name.lower(), value)
    raise HeadersTooLarge


def _without_end(line: str) -> str:
    """The line without the one end that it must have.

    Raises:
        Malformed: it has none, so its sender went away in the middle of it.
    """
    if not line.endswith("\n"):
        raise Malformed("The head of the request is not whole.")
    return line[:-2] if line.endswith("\r\n") else line[:-1]


def ascii_target(target: str) -> str:
    """The target of a request; bytes that its client forgot to encode are encoded."""
    return target if target.isascii() else quote(target.encode("latin-1"), safe=_PRINTABLE)
