"""Plays of long ago with all that may belong to a play, and what tests see of them from outside."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flow8.clock import utc_now
from flow8.domain.notices import failure_notice
from flow8.domain.play import Play, PlayState
from flow8.engine.engine import Engine
from flow8.ids import id_at, new_id
from flow8.store.payloads import INLINE_BYTES
from tests.support.factories import a_play
from tests.support.files import a_file

DAY = timedelta(days=1)


def lasting(engine: Engine, **settings: Any) -> Engine:
    """The same engine with other settings, no play always stays unless they say so."""
    usual = {"retention_flows_all_min_entries": 0, "retention_flows_filtered_min_entries": 0}
    return replace(engine, settings=replace(engine.settings, **{**usual, **settings}))


def id_of_old(ago: timedelta) -> str:
    """The id of a play that was accepted so long ago."""
    return id_at((utc_now() - ago).timestamp())[:12] + new_id()[12:]


def an_old_play(
    engine: Engine, ago: timedelta, state: PlayState = PlayState.DONE, *, ends: bool = True, **changes: Any
) -> Play:
    """A play that was accepted, and ended unless told otherwise, so long ago."""
    moment = utc_now() - ago
    play = a_play(**{"id": id_of_old(ago), "state": state, "created_at": moment, **changes})
    engine.store.plays.insert(play, [])
    fields = {"$set": {"endedAt": moment}, "$unset": {"dueAt": 1}} if ends else {"$unset": {"dueAt": 1}}
    engine.store.database["plays"].update_one({"_id": play.id}, fields)
    return play


def a_full_old_play(engine: Engine, ago: timedelta, **changes: Any) -> Play:
    """The same with a payload, an iteration, a file and a notice."""
    play = an_old_play(engine, ago, args="x" * (INLINE_BYTES + 1), **changes)
    engine.store.database["iterations"].insert_one(
        {"_id": f"{play.id}/each#0", "companyId": play.company_id, "playId": play.id, "loop": "each"}
    )
    a_file(engine, play.company_id, play_id=play.id)
    at = play.created_at
    notice = failure_notice(play.company_id, play.id, play.flow_id, play.version, at)
    engine.store.notices.add(play.company_id, notice)
    return play


def plays_there(engine: Engine) -> set[str]:
    """The ids of all plays."""
    return {row["_id"] for row in engine.store.database["plays"].find({}, {"_id": 1})}


def orphans(engine: Engine) -> dict[str, int]:
    """How many documents and files belong to no play, by where they are; none is left out with 0."""
    database, there = engine.store.database, plays_there(engine)
    found = {
        name: sum(row["playId"] not in there for row in database[name].find({}, {"playId": 1}))
        for name in ("payloads", "iterations", "notices")
    }
    records = list(database["files"].find())
    found["files"] = sum(bool(row["playIds"]) and there.isdisjoint(row["playIds"]) for row in records)
    folder = engine.settings.data_dir / "data" / "attachments"
    names = {path.name for path in folder.rglob("*") if path.is_file()}
    found["bytes"] = len(names - {row["_id"] for row in records})
    return {name: count for name, count in found.items() if count}
