"""File values, as they stand in args and outputs."""

from typing_extensions import TypedDict

from flow8.store.files import FileRecord


class FileShape(TypedDict):
    """A file value: put it into the args of a play, whole and unchanged."""

    id: str
    name: str
    type: str
    size: int
    sha256: str


def file(record: FileRecord) -> FileShape:
    """The file value of a file."""
    return {
        "id": record.id,
        "name": record.name,
        "type": record.type,
        "size": record.size,
        "sha256": record.sha256,
    }
