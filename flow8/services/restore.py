"""Restoring a snapshot into an empty database: looked at whole before anything is written, and repeatable."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine
from flow8.errors import Invalid
from flow8.services.asking import audit
from flow8.services.snapshot_file import BLOCK, DAMAGED, Packed, part_of
from flow8.store.database import faults_in_words
from flow8.store.dump import load, load_documents, of_json, queue_again
from flow8.store.migrations import MIGRATIONS
from flow8.vault import WrongKeys

FORMAT: Final = 1
OTHER_KEYS: Final = (
    "ENCRYPTION_KEY and ENCRYPTION_KEY_SALT are not the ones that open the secrets of this snapshot. Set "
    "those that the installation had when it was taken (`up` made them in its DATA_DIR/keys/encryption). "
    "Nothing was written."
)

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What came back; `queued` plays were being performed when the snapshot was taken."""

    documents: int
    files: int
    queued: int
    missing: int


def restore(engine: Engine, path: Path, tell: Tell) -> Restored:
    """Bring a snapshot back into the empty database of `engine`. After a crash: the same once more.

    Raises:
        Invalid: the file is no whole snapshot, or of a newer release.
        WrongKeys: the keys given do not open its secrets.
        Conflict: DATABASE_NOT_EMPTY.
        Unavailable: MongoDB does not answer, or there is no room for the files.
    """
    return _everything(engine, path, tell) if _is_zip(path) else _definitions(engine, path, tell)


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"PK"
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error


def _everything(engine: Engine, path: Path, tell: Tell) -> Restored:
    with closing(Packed(path)) as packed:
        told = packed.manifest
        _must_fit(engine, told.migrations, told.keys)
        tell("Looking whether the file is whole ...")
        packed.check()
        engine.store.restores.begin()
        documents = 0
        for each in told.collections:
            tell(f"{each.name}: {each.documents} documents")
            with packed.open(part_of(each)) as stream:
                documents += load(engine.store.database, each.name, stream)
        for file in told.files:
            engine.files.bring_back(file.company_id, file.id, _pieces(packed, file.part))
        queued = _finish(engine, path)
        return Restored(documents, len(told.files), queued, len(told.missing))


def _pieces(packed: Packed, part: str) -> Iterator[bytes]:
    with packed.open(part) as stream:
        while block := stream.read(BLOCK):
            yield block


def _definitions(engine: Engine, path: Path, tell: Tell) -> Restored:
    told = _read(path)
    _must_fit(engine, told["migrations"], tuple(told["keys"]))
    engine.store.restores.begin()
    documents = 0
    for name, rows in told["collections"].items():
        tell(f"{name}: {len(rows)} documents")
        documents += load_documents(engine.store.database, name, rows)
    return Restored(documents, 0, _finish(engine, path), 0)


def _read(path: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = of_json(path.read_text(encoding="utf-8"))
        known = told["format"], told["kind"]
    except (OSError, ValueError, TypeError, KeyError, json.JSONDecodeError) as error:
        raise Invalid(f"{path} is not a snapshot of flow8, or it is not whole.", code=DAMAGED) from error
    if known != (FORMAT, "definitions"):
        raise Invalid("This snapshot was made by a newer flow8; restore it with that release.")
    return told


def _must_fit(engine: Engine, migrations: int, keys: tuple[str, ...]) -> None:
    """Whether this release and these keys can do anything with the snapshot."""
    if migrations > MIGRATIONS[-1].number:
        raise Invalid("This snapshot was made by a newer flow8; restore it with that release.")
    if keys and not set(keys) & engine.vault.given_ids():
        raise WrongKeys(OTHER_KEYS)


def _finish(engine: Engine, path: Path) -> int:
    """Indexes and migrations, plays that ran to the queue, the mark away: from here on flow8 may start."""
    engine.store.lay_out()
    queued = queue_again(engine.store.database)
    with faults_in_words():
        companies = engine.store.companies.ids()
    for company_id in companies:
        actor = Actor(company_id, "command line", RIGHTS[Role.ADMIN], door="cli", operator=True)
        audit(engine, actor, "snapshots.restore", path.name, queued=queued)
    engine.store.restores.finish()
    return queued
