"""Files as modules use them: a file value in, its bytes piece by piece, a new file value out."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from flow8.kit.fields import Fields, field


class FileValue(Fields):
    """What stands for a file in args and outputs."""

    id: str = field("The id of the file.")
    name: str = field("Its name, for people.")
    type: str = field("Its media type, such as `application/pdf`.")
    size: int = field("Its size in bytes.")
    sha256: str = field("The SHA-256 of its bytes, in hex.")


class Files(Protocol):
    """The files of a play: those that it was given, and those that its modules made."""

    def read(self, file: FileValue, *, max_bytes: int) -> bytes:
        """The whole file.

        Raises:
            Failed: the play was not given this file, it is gone, or it is over `max_bytes`.
        """

    def pieces(self, file: FileValue) -> Iterator[bytes]:
        """The file piece by piece, none larger than 256 KiB, however large it is. Raises as `read` does."""

    def create(self, name: str, pieces: Iterable[bytes], *, media_type: str = "") -> FileValue:
        """A new file of the play, whole on disk; without a type the name's ending tells it.

        It goes with its play. An attempt that is repeated makes another one.

        Raises:
            Failed: there is no room, or it is larger than MAX_FILE_SIZE_MB.
        """
