"""The built web UI as the front serves it: read once when the process starts, compressed beforehand."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flow8.bundle import BUILT, digest_of_built, digest_of_sources

ENTRY: Final = "src/main.tsx"
MANIFEST: Final = "manifest.json"
TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
PACKED: Final = {".br": "br", ".gz": "gzip"}


@dataclass(frozen=True)
class File:
    """One file: its type, its bytes, and the same compressed, by the name of the encoding."""

    type: str
    plain: bytes
    packed: Mapping[str, bytes]


@dataclass(frozen=True)
class Bundle:
    """All files of the UI by name. `version` stands in their addresses, so each may be kept for ever.

    `preloads` are the scripts that the entry imports at once. A stale bundle is of other sources than these.
    """

    version: str
    files: Mapping[str, File]
    entry: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]
    is_stale: bool = False


def load_bundle(folder: Path = BUILT) -> Bundle | None:
    """The bundle of a folder; None when it was not built, or not to its end."""
    built = digest_of_built(folder)
    if built is None:
        return None
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    files = {path.name: _file(path) for path in sorted(folder.iterdir()) if path.suffix in TYPES}
    entry = manifest[ENTRY]
    return Bundle(
        version=_version(files),
        files=files,
        entry=entry["file"],
        styles=tuple(entry.get("css", ())),
        preloads=tuple(manifest[name]["file"] for name in entry.get("imports", ())),
        is_stale=digest_of_sources() not in (None, built),
    )


def _file(path: Path) -> File:
    packed = {
        encoding: other.read_bytes()
        for suffix, encoding in PACKED.items()
        if (other := path.with_name(path.name + suffix)).is_file()
    }
    return File(TYPES[path.suffix], path.read_bytes(), packed)


def _version(files: Mapping[str, File]) -> str:
    found = hashlib.sha256()
    for name, file in files.items():
        found.update(f"{name}\0".encode() + hashlib.sha256(file.plain).digest())
    return found.hexdigest()[:16]
