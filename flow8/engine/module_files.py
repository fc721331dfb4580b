"""Files as the modules of one play use them: only what the play was given, or what it made, can be read."""

import mimetypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from flow8.errors import Flow8Error, Unavailable
from flow8.files import FileRoom, Maker
from flow8.kit.errors import Failed
from flow8.kit.files import FileValue
from flow8.store.files import FileRecord


class ModuleFiles:
    """The files as one attempt of one flowlet uses them; it is the `Files` of the kit."""

    def __init__(self, room: FileRoom, company_id: str, key: str) -> None:
        self._room = room
        self._company_id = company_id
        self._play_id = key.partition("/")[0]

    def read(self, file: FileValue, *, max_bytes: int) -> bytes:
        """The whole file.

        Raises:
            Failed: it cannot be read, or is over `max_bytes`.
        """
        record = self._record(file)
        if record.size > max_bytes:
            message = f"The file '{record.name}' is larger than {max_bytes} bytes."
            raise Failed(message, final=True, code="TOO_LARGE")
        return b"".join(self._pieces(record))

    def pieces(self, file: FileValue) -> Iterator[bytes]:
        """The file piece by piece.

        Raises:
            Failed: it cannot be read.
        """
        return self._pieces(self._record(file))

    def create(self, name: str, pieces: Iterable[bytes], *, media_type: str = "") -> FileValue:
        """A new file that the play holds.

        Raises:
            Failed: it cannot be kept.
        """
        maker = Maker(self._play_id, f"play {self._play_id}", self._play_id)
        kind = media_type or mimetypes.guess_type(name)[0] or ""
        with _told():
            record = self._room.receive(self._company_id, maker, name, kind, pieces)
        return FileValue.model_validate(record.value)

    def _record(self, file: FileValue) -> FileRecord:
        with _told():
            record = self._room.find(self._company_id, file.id)
        # One answer for all of them: a file value may come from anywhere, also from somebody who guesses.
        if record is None or self._play_id not in record.play_ids or record.sha256 != file.sha256:
            message = f"This play was not given a file '{file.id[:24]}', or it is gone."
            raise Failed(message, final=True, code="FILE_NOT_FOUND")
        return record

    def _pieces(self, record: FileRecord) -> Iterator[bytes]:
        with _told():
            yield from self._room.open(record).pieces()


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong with files, in a module's words."""
    try:
        yield
    except Flow8Error as wrong:
        final = not isinstance(wrong, Unavailable)
        raise Failed(wrong.message, final=final, code=wrong.error_code) from wrong
