"""Snapshots: of what people wrote and set up as JSON, each night; of everything in one file, on demand."""

import logging
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import NotFound, Unavailable
from flow8.services.alone import alone
from flow8.services.asking import audit, must
from flow8.services.snapshot_file import Manifest, Pack, part_of
from flow8.store.database import Document, faults_in_words
from flow8.store.dump import Dumped, as_json, definitions, dump, names, rows
from flow8.store.files import FileRecord, file_record
from flow8.store.moment import one_moment

KEPT: Final = 14
EVERY_SECONDS: Final = 600.0
"""So often the leader looks whether today's snapshot is there."""
NIGHTLY: Final = "flow8-definitions-"
FORMAT: Final = 1
MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"

log = logging.getLogger("snapshots")


@dataclass(frozen=True)
class Taken:
    """A snapshot that was taken: its file, and how many documents and files are in it."""

    path: Path
    documents: int
    files: int
    missing: int
    size: int


def take_definitions(engine: Engine, actor: Actor) -> Taken:
    """Write what people wrote and set up into the data directory, and let go all but the newest.

    Raises:
        Denied: only administrators of the installation take snapshots.
        Unavailable: MongoDB does not answer, or there is no room.
    """
    must(engine, actor, Right.ADMINISTER, "snapshots.take")
    taken = _definitions(engine)
    audit(engine, actor, "snapshots.take", taken.path.name, documents=taken.documents)
    return taken


def take_nightly(engine: Engine) -> Path | None:
    """The first time on a day that the leader looks: a snapshot of what people wrote; else nothing."""
    folder, today = _folder(engine), f"{NIGHTLY}{engine.store.clock.now():%Y%m%d}"
    if any(folder.glob(f"{today}T*.json")):
        return None
    taken = _definitions(engine)
    log.info("%d definitions are in %s", taken.documents, taken.path)
    return taken.path


def _definitions(engine: Engine) -> Taken:
    database, now = engine.store.database, engine.store.clock.now()
    with one_moment(engine.settings, database) as session:
        found = definitions(database, session)
    told = {
        "format": FORMAT,
        "kind": "definitions",
        "takenAt": f"{now:{MOMENT}}",
        "database": engine.settings.mongodb_db,
        "migrations": _head(found["migrations"]),
        "keys": _keys(found["master_keys"]),
        "collections": found,
    }
    path = _folder(engine) / f"{NIGHTLY}{now:%Y%m%dT%H%M%SZ}.json"
    with _written_whole(path) as draft:
        draft.write_text(as_json(told), encoding="utf-8")
    for old in sorted(path.parent.glob(f"{NIGHTLY}*.json"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return Taken(path, sum(map(len, found.values())), 0, 0, path.stat().st_size)


def take_everything(engine: Engine, actor: Actor, path: Path) -> Taken:
    """Write the whole database, as it is at one moment, and every file's bytes into one file.

    Raises:
        Denied: only administrators of the installation take snapshots.
        Unavailable: MongoDB does not answer, somebody else takes one, or there is no room.
    """
    must(engine, actor, Right.ADMINISTER, "snapshots.take_all")
    with alone(engine, "snapshot"), _written_whole(path) as draft:
        manifest = _packed(engine, draft)
    taken = Taken(
        path,
        sum(each.documents for each in manifest.collections),
        len(manifest.files),
        len(manifest.missing),
        path.stat().st_size,
    )
    audit(engine, actor, "snapshots.take_all", path.name, documents=taken.documents, files=taken.files)
    return taken


def _packed(engine: Engine, draft: Path) -> Manifest:
    """The database first, since its writes may have to wait; then, at leisure, the zip and the files."""
    now = engine.store.clock.now()
    with tempfile.TemporaryDirectory(dir=draft.parent, prefix=".snapshot-") as named:
        folder = Path(named)
        dumped = _dumped(engine, folder)
        with zipfile.ZipFile(draft, "w", allowZip64=True) as opened:
            pack = Pack(opened)
            for each in dumped:
                pack.add(part_of(each), folder / each.name)
            missing = _add_files(engine, pack, map(file_record, rows(folder / "files")))
            manifest = Manifest(
                taken_at=f"{now:{MOMENT}}",
                database=engine.settings.mongodb_db,
                migrations=_head(rows(folder / "migrations")),
                keys=_keys(rows(folder / "master_keys")),
                collections=tuple(dumped),
                files=tuple(pack.files),
                missing=tuple(missing),
            )
            pack.finish(manifest)
    return manifest


def _dumped(engine: Engine, folder: Path) -> list[Dumped]:
    database = engine.store.database
    with one_moment(engine.settings, database) as session:
        with faults_in_words():
            wanted = names(database)
        return [dump(database, name, folder / name, session) for name in wanted]


def _add_files(engine: Engine, pack: Pack, records: Iterable[FileRecord]) -> list[str]:
    """The bytes of every file that is there; the ids of those that went meanwhile."""
    missing = []
    for record in records:
        try:
            opened = engine.files.open(record)
        except NotFound:
            missing.append(record.id)
            continue
        pack.add_attachment(record.company_id, record.id, opened.pieces())
    return missing


def _head(migrations: Iterable[Document]) -> int:
    return max((int(each["_id"]) for each in migrations), default=0)


def _keys(masters: Iterable[Document]) -> tuple[str, ...]:
    """The ids of the master keys that open everything."""
    return tuple(key for each in masters for key in each["accepted"])


def _folder(engine: Engine) -> Path:
    return engine.settings.data_dir / "db"


@contextmanager
def _written_whole(path: Path) -> Iterator[Path]:
    """A draft beside the file, readable by its owner alone, which takes its name when it is on disk whole.

    Raises:
        Unavailable: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        yield draft
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        draft.replace(path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        draft.unlink(missing_ok=True)
