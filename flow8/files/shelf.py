"""What every place for the bytes of files can do. There is one for a folder; others keep the same promises.

Each method may block, so it is called beside the loop, in a thread of the system.
"""

from typing import BinaryIO, Protocol


class Draft(Protocol):
    """Bytes that arrive. Nobody sees them before `keep`, and nothing is left of them after `drop`."""

    def write(self, block: bytes) -> None:
        """Add a block.

        Raises:
            OSError: there is no room, or the place cannot be reached.
        """

    def seal(self) -> None:
        """Make sure that what was written outlives any crash. Raises as `write` does."""

    def keep(self, company_id: str, file_id: str) -> None:
        """Give what was sealed its name, at once and whole. Raises as `write` does."""

    def drop(self) -> None:
        """Forget what was written; after `keep` it changes nothing."""


class Shelf(Protocol):
    """Where the bytes of files lie, by company and id; no name that somebody chose is ever a path here."""

    def begin(self) -> Draft:
        """Room for a new file. Raises OSError as `Draft.write` does."""

    def open(self, company_id: str, file_id: str) -> BinaryIO:
        """The bytes of a file, from which any part may be read.

        Raises:
            FileNotFoundError: they are not here.
            OSError: the place cannot be reached.
        """

    def remove(self, company_id: str, file_id: str) -> None:
        """Remove the bytes of a file; none being there is well. Raises OSError as `open` does."""

    def sweep(self, seconds: float) -> int:
        """Remove drafts that nobody wrote to for so long, whose process died; how many there were."""
