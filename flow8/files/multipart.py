"""Reads multipart forms part by part, while they arrive."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from flow8.errors import Malformed, UnsupportedBody

MULTIPART: Final = "multipart/form-data"
MOST_PARTS: Final = 1000
LONGEST_NAME: Final = 1000
AS_IT_IS: Final = frozenset({"", "7bit", "8bit", "binary"})

# It warns of what senders do wrong, who are told themselves.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Part:
    """One part: a field, or a file if it has a `filename`. Its pieces are there until the next part."""

    name: str
    filename: str | None
    media_type: str
    pieces: Iterator[bytes]


def parts_of(pieces: Iterable[bytes], content_type: str) -> Iterator[Part]:
    """The parts of a form as they arrive. Each is read before the next, or passed over.

    Raises:
        Malformed: it is no form, it has too many parts, or it ends before its end.
        UnsupportedBody: a part is encoded in a way that only mail knows.
    """
    events = _events(pieces, _boundary(content_type))
    for number, event in enumerate(events):
        if number >= MOST_PARTS:
            raise Malformed(f"There are more than {MOST_PARTS} parts.")
        if isinstance(event, _Head):
            yield (part := event.part(_until_end(events)))
            for _ in part.pieces:
                pass


class _Head:
    """The headers of a part."""

    def __init__(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._name = bytearray()
        self._value = bytearray()

    def add_name(self, data: bytes, start: int, end: int) -> None:
        """More of a header's name."""
        self._name += data[start:end]

    def add_value(self, data: bytes, start: int, end: int) -> None:
        """More of a header's value."""
        self._value += data[start:end]

    def end_header(self) -> None:
        """The header is whole."""
        self._headers[bytes(self._name).lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def part(self, pieces: Iterator[bytes]) -> Part:
        """The part that begins so."""
        encoding = self._headers.get(b"content-transfer-encoding", b"").decode("latin-1").strip().lower()
        if encoding not in AS_IT_IS:
            raise UnsupportedBody("Send the parts of a form as they are, without Content-Transfer-Encoding.")
        kind, options = parse_options_header(self._headers.get(b"content-disposition"))
        if kind != b"form-data" or b"name" not in options:
            raise Malformed("A part of the form has no name.")
        name, filename = _text(options[b"name"]), options.get(b"filename")
        if len(name) > LONGEST_NAME:
            raise Malformed(f"The name of a part has more than {LONGEST_NAME} characters.")
        media_type = self._headers.get(b"content-type", b"").decode("latin-1")
        return Part(name, None if filename is None else _text(filename), media_type, pieces)


class _End:
    """The end of a part."""


_END: Final = _End()
_Event = _Head | bytes | _End


class _Reader:
    """Turns the parser's calls into a list of events."""

    def __init__(self, boundary: bytes) -> None:
        self.events: list[_Event] = []
        self.is_over = False
        self._head = _Head()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._read_name,
                "on_header_value": self._read_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_head,
                "on_part_data": self._read_data,
                "on_part_end": self._end_part,
                "on_end": self._finish,
            },
        )

    def read(self, piece: bytes) -> list[_Event]:
        """What a piece brings."""
        self.events = []
        self._parser.write(piece)
        return self.events

    def _begin(self) -> None:
        self._head = _Head()

    def _read_name(self, data: bytes, start: int, end: int) -> None:
        self._head.add_name(data, start, end)

    def _read_value(self, data: bytes, start: int, end: int) -> None:
        self._head.add_value(data, start, end)

    def _end_header(self) -> None:
        self._head.end_header()

    def _end_head(self) -> None:
        self.events.append(self._head)

    def _read_data(self, data: bytes, start: int, end: int) -> None:
        self.events.append(data[start:end])

    def _end_part(self) -> None:
        self.events.append(_END)

    def _finish(self) -> None:
        self.is_over = True


def _events(pieces: Iterable[bytes], boundary: bytes) -> Iterator[_Event]:
    try:
        reader = _Reader(boundary)
        for piece in pieces:
            yield from reader.read(piece)
    except FormParserError as error:
        raise Malformed(f"The body is not a multipart form: {error}.") from None
    if not reader.is_over:
        raise Malformed("The form ends before its last boundary.")


def _until_end(events: Iterator[_Event]) -> Iterator[bytes]:
    for event in events:
        if not isinstance(event, bytes):
            return
        yield event


def _boundary(content_type: str) -> bytes:
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != MULTIPART.encode() or not boundary:
        raise Malformed("A multipart form names its boundary in its Content-Type.")
    return boundary


def _text(name: bytes) -> str:
    """A name in UTF-8, as forms are sent today, or in Latin-1, as they once were."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")
