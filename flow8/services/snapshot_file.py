"""The file of a snapshot of everything: a zip of `manifest.json`, `collections/*.bson` and `files/`.

The manifest names each part with its size and SHA-256, so that a damaged file is known before anything is
written. It names the ids of the master keys that open the secrets, never a key.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Self

from flow8.errors import Invalid
from flow8.store.dump import Dumped

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
BLOCK: Final = 1024 * 1024
DAMAGED: Final = "SNAPSHOT_DAMAGED"
UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    OSError,
    EOFError,
    RuntimeError,
)
"""What a damaged zip raises: RuntimeError where a changed bit asks for what ours never have."""


@dataclass(frozen=True)
class Attachment:
    """The bytes of one file of a company."""

    company_id: str
    id: str
    size: int
    sha256: str

    @property
    def part(self) -> str:
        """Its name in the zip."""
        return f"files/{self.company_id}/{self.id}"


@dataclass(frozen=True)
class Manifest:
    """What a snapshot of everything holds. `missing` are files whose bytes were gone when it was taken."""

    taken_at: str
    database: str
    migrations: int
    keys: tuple[str, ...]
    collections: tuple[Dumped, ...] = ()
    files: tuple[Attachment, ...] = ()
    missing: tuple[str, ...] = ()
    format: int = FORMAT
    kind: str = "all"

    def text(self) -> str:
        """As it stands in the file."""
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def read(cls, text: bytes) -> Self:
        """The manifest of a text. Raises ValueError, TypeError or KeyError when it is none."""
        told: dict[str, Any] = json.loads(text)
        if told["format"] != FORMAT:
            raise Invalid("This snapshot was made by a newer flow8; restore it with that release.")
        told["keys"], told["missing"] = tuple(told["keys"]), tuple(told["missing"])
        told["collections"] = tuple(Dumped(**each) for each in told["collections"])
        told["files"] = tuple(Attachment(**each) for each in told["files"])
        return cls(**told)


def part_of(dumped: Dumped) -> str:
    """The name of a collection in the zip."""
    return f"collections/{dumped.name}.bson"


@dataclass
class Pack:
    """A snapshot that is being written."""

    zip: zipfile.ZipFile
    files: list[Attachment] = field(default_factory=list)

    def add(self, name: str, path: Path) -> None:
        """Put a file in, compressed lightly."""
        self.zip.write(path, name, zipfile.ZIP_DEFLATED, compresslevel=1)

    def add_attachment(self, company_id: str, file_id: str, pieces: Iterator[bytes]) -> None:
        """Put the bytes of a file in, as they are."""
        size, digest = 0, hashlib.sha256()
        about = zipfile.ZipInfo(f"files/{company_id}/{file_id}")
        with self.zip.open(about, "w", force_zip64=True) as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
                size += len(piece)
        self.files.append(Attachment(company_id, file_id, size, digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """Put the manifest in, at the end."""
        self.zip.writestr(MANIFEST, manifest.text(), zipfile.ZIP_DEFLATED)


class Packed:
    """A snapshot that is read."""

    def __init__(self, path: Path) -> None:
        """Open it and read its manifest.

        Raises:
            Invalid: SNAPSHOT_DAMAGED, or it is none, or of a newer release.
        """
        try:
            self._zip = zipfile.ZipFile(path)
            self.manifest = Manifest.read(self._zip.read(MANIFEST))
        except UNREADABLE as error:
            raise Invalid(f"{path} is not a snapshot of flow8, or it is not whole.", code=DAMAGED) from error

    def check(self) -> None:
        """Look whether every part is there and is what was put in.

        Raises:
            Invalid: SNAPSHOT_DAMAGED.
        """
        wanted = {part_of(each): each.sha256 for each in self.manifest.collections}
        wanted |= {each.part: each.sha256 for each in self.manifest.files}
        for name, sha256 in wanted.items():
            if self._digest(name) != sha256:
                raise Invalid(f"The snapshot is damaged: {name} is not what was put in.", code=DAMAGED)

    def _digest(self, name: str) -> str | None:
        digest = hashlib.sha256()
        try:
            with self._zip.open(name) as stream:
                while block := stream.read(BLOCK):
                    digest.update(block)
        except UNREADABLE:
            return None
        return digest.hexdigest()

    def open(self, name: str) -> IO[bytes]:
        """One part, for reading."""
        return self._zip.open(name)

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
