"""Bodies that hold files: forms with files, and whatever is neither JSON nor text. Read while they arrive."""

import mimetypes
from collections.abc import Iterable, Iterator
from typing import Any, Final

from flow8.domain.file_value import NO_NAME
from flow8.engine.engine import Engine
from flow8.errors import Malformed, TooLarge
from flow8.files import Maker
from flow8.files.multipart import MULTIPART, Part, parts_of
from flow8.ingress.body import MOST_FIELDS, NOTHING, holds_files, kind_of, must_be_as_it_is
from flow8.ingress.exchange import Content, Inbound
from flow8.services.channel_rules import HMAC
from flow8.store.channels import Channel

FIELD_BYTES: Final = 1024 * 1024
"""So much text may stand in all the fields of one form together."""
MOST_FILES: Final = 100


def comes_as_files(channel: Channel, inbound: Inbound) -> bool:
    """Whether a body is to be kept while it arrives.

    One that is signed is read whole instead: nothing of it counts before its signature fits.
    """
    return channel.auth_mode != HMAC and holds_files(inbound)


def receive(engine: Engine, channel: Channel, inbound: Inbound, pieces: Iterable[bytes]) -> Inbound:
    """The request with its files kept and their file values in `content`; nothing is left when it raises.

    Raises:
        Malformed: the body is not what its type says, or has too many parts.
        UnsupportedBody: it is compressed.
        TooLarge: a file has more than MAX_FILE_SIZE_MB, or the fields have more than 1 MiB of text.
        Unavailable: DISK_FULL or STORAGE_FAILED.
    """
    must_be_as_it_is(inbound)
    arriving = _Arriving(engine, channel)
    try:
        is_form = kind_of(inbound) == MULTIPART
        return inbound.with_content(
            arriving.form(inbound, pieces) if is_form else arriving.one(inbound, pieces)
        )
    except BaseException:
        engine.files.discard(channel.company_id, arriving.files)
        raise


def discard(engine: Engine, channel: Channel, inbound: Inbound) -> None:
    """Remove what came with a request and no play took."""
    if inbound.content is not None:
        engine.files.discard(channel.company_id, inbound.content.files)


class _Arriving:
    """The files and fields of one body so far."""

    def __init__(self, engine: Engine, channel: Channel) -> None:
        self.files: list[str] = []
        self._room = engine.files
        self._company_id = channel.company_id
        self._maker = Maker(channel.id, f"channel {channel.name}")
        self._fields: dict[str, Any] = {}
        self._count = 0
        self._text_left = FIELD_BYTES

    def form(self, inbound: Inbound, pieces: Iterable[bytes]) -> Content:
        """Every part under its name; a name that comes several times gives a list."""
        for part in parts_of(pieces, inbound.headers.get("content-type", "")):
            if part.filename is None:
                self._add(part.name, self._text_of(part))
                continue
            # A browser sends an empty part without a name where nothing was chosen.
            begun = part.pieces if part.filename else _begun(part.pieces)
            if begun is not None:
                self._add(part.name, self._file(part.filename, part.media_type, begun))
        return Content(self._fields, is_there=True, is_text=True, files=tuple(self.files))

    def one(self, inbound: Inbound, pieces: Iterable[bytes]) -> Content:
        """A body that is a file itself."""
        begun = _begun(pieces)
        if begun is None:
            return NOTHING
        kind = kind_of(inbound)
        name = f"{NO_NAME}{mimetypes.guess_extension(kind) or ''}"
        return Content(self._file(name, kind, begun), is_there=True, files=tuple(self.files))

    def _file(self, name: str, media_type: str, pieces: Iterable[bytes]) -> dict[str, Any]:
        if len(self.files) >= MOST_FILES:
            raise Malformed(f"There are more than {MOST_FILES} files.")
        record = self._room.receive(self._company_id, self._maker, name, media_type, pieces)
        self.files.append(record.id)
        return record.value

    def _add(self, name: str, value: Any) -> None:
        self._count += 1
        if self._count > MOST_FIELDS:
            raise Malformed(f"There are more than {MOST_FIELDS} fields.")
        known = self._fields.get(name)
        if known is None:
            self._fields[name] = value
        else:
            self._fields[name] = [*known, value] if isinstance(known, list) else [known, value]

    def _text_of(self, part: Part) -> str:
        gathered = bytearray()
        for piece in part.pieces:
            self._text_left -= len(piece)
            if self._text_left < 0:
                raise TooLarge(f"The fields of a form have {FIELD_BYTES} bytes of text at most.")
            gathered += piece
        try:
            return gathered.decode()
        except UnicodeDecodeError as error:
            raise Malformed(
                f"The field '{part.name[:100]}' is not UTF-8: byte {error.start} does not fit."
            ) from None


def _begun(pieces: Iterable[bytes]) -> Iterator[bytes] | None:
    """The same pieces, once the first one has come; None when there is none."""
    going = iter(pieces)
    first = next(going, b"")
    return _with(first, going) if first else None


def _with(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
