"""Files as people and programs ask for them: sent, fetched, and given to plays by their file values."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from flow8.domain.access import Actor, Right
from flow8.domain.file_value import file_values_in
from flow8.engine.engine import Engine
from flow8.errors import Invalid, NotFound, Problem
from flow8.files import Maker, Opened
from flow8.files.multipart import Part
from flow8.services.asking import audit
from flow8.services.reach import Within, must_within
from flow8.store.files import FileRecord

ONE_FILE: Final = "must be one file, as a part of the form that has a file name"


def upload(engine: Engine, actor: Actor, parts: Iterable[Part]) -> FileRecord:
    """Keep the one file of a form while it arrives; nothing is left of one that does not arrive whole.

    Until a play is given it, only who sent it may fetch it, and it goes after RETENTION_FILES_CADENCE.

    Raises:
        Denied: without the right to run flows.
        Invalid: the form has no file, or several.
        TooLarge: it has more than MAX_FILE_SIZE_MB.
        Unavailable: DISK_FULL or STORAGE_FAILED.
    """
    must_within(engine, actor, Right.RUN, "files.upload")
    maker = Maker(_owner(actor), actor.name)
    kept: FileRecord | None = None
    try:
        for part in parts:
            if part.filename is None or kept is not None:
                raise _not_one_file()  # noqa: TRY301 - what was kept so far has to go as well
            kept = engine.files.receive(actor.company_id, maker, part.filename, part.media_type, part.pieces)
    except BaseException:
        engine.files.discard(actor.company_id, [] if kept is None else [kept.id])
        raise
    if kept is None:
        raise _not_one_file()
    audit(engine, actor, "files.upload", kept.id, after={"name": kept.name, "type": kept.type}, **_told(kept))
    return kept


def open_file(engine: Engine, actor: Actor, file_id: str) -> Opened:
    """A file for reading: of a play of a flow that the actor may view, or one that the actor sent.

    Raises:
        Denied: without the right to view anything.
        NotFound: FILE_NOT_FOUND, there is none, or none for this actor; FILE_GONE.
    """
    within = must_within(engine, actor, Right.VIEW, "files.get")
    record = engine.store.files.get(actor.company_id, file_id)
    if record is None or not _may_read(engine, actor, record, within):
        raise NotFound("There is no such file, or it is not yours to see.", code="FILE_NOT_FOUND")
    return engine.files.open(record)


def files_in(
    engine: Engine, actor: Actor, value: Any, path: str = "", known: Collection[str] = ()
) -> tuple[str, ...]:
    """The ids of the files that a value speaks of, for a play that shall use them, and of those `known`.

    Raises:
        Invalid: one is not there, not as it is told, or not the actor's to give; each is listed.
    """
    spoken_of = list(file_values_in(value))
    if not spoken_of:
        return tuple(known)
    # An agent's key may call tools and view nothing; it gives what it sent itself.
    within = _within(engine, actor)
    records = engine.files.find_all(actor.company_id, {found["id"] for _, found in spoken_of} - set(known))
    mine = {each.id: each for each in records.values() if _may_read(engine, actor, each, within)}
    problems = [
        Problem(_joined(path, where), "names no file that is there for you; send it first, with POST files")
        for where, found in spoken_of
        if found["id"] not in known and (found["id"] not in mine or found != mine[found["id"]].value)
    ]
    if problems:
        raise Invalid("Some files cannot be given.", problems=problems)
    return (*known, *mine)


def _not_one_file() -> Invalid:
    return Invalid("This is not one file.", problems=[Problem("file", ONE_FILE)])


def _within(engine: Engine, actor: Actor) -> Within:
    if not actor.holds_somewhere(Right.VIEW):
        return frozenset()
    return must_within(engine, actor, Right.VIEW, "files.give")


def _may_read(engine: Engine, actor: Actor, record: FileRecord, within: Within) -> bool:
    if record.owner == _owner(actor):
        return True
    if within is None:
        return bool(record.play_ids)
    return engine.store.play_views.any_of_flows(actor.company_id, record.play_ids, within)


def _owner(actor: Actor) -> str:
    return actor.user_id or actor.key_id or f"{actor.door}/{actor.name}"


def _joined(path: str, where: str) -> str:
    return f"{path}.{where}" if path and where and where[0] != "[" else f"{path}{where}"


def _told(record: FileRecord) -> dict[str, Any]:
    return {"size": record.size, "sha256": record.sha256}
