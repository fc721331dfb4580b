"""Installations that are saved and brought back: one that is in use, and an empty one with the same keys."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bson import encode

from config.settings import Settings
from flow8.domain.access import RIGHTS, Actor, Role
from flow8.domain.play import UNFINISHED
from flow8.engine.engine import Engine, engine_of
from flow8.engine.perform import perform
from flow8.errors import Flow8Error
from flow8.registry import Registry
from flow8.store.database import open_database
from flow8.store.store import store_of
from tests.support.engines import Stage
from tests.support.factories import a_flow


@contextmanager
def installation(settings: Settings, registry: Registry, *, prepared: bool = True) -> Iterator[Engine]:
    """An engine over the database that these settings name, which is gone afterwards."""
    store = store_of(open_database(settings))
    if prepared:
        store.prepare()
        store.companies.ensure("default", "Default")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    made = engine_of(settings, store, registry)
    try:
        yield made
    finally:
        made.held.close()
        made.lone.close()
        made.bell.close(1.0)
        made.live.close()
        store.database.client.drop_database(settings.mongodb_db)
        store.close()


def operator(engine: Engine) -> Actor:
    """Whoever sits at the machine."""
    company = engine.store.companies.ensure("default", "Default")
    return Actor(company.id, "command line", RIGHTS[Role.ADMIN], "cli", operator=True)


@dataclass
class Load:
    """Plays that are started, and mostly performed, while something else happens."""

    engine: Engine
    log: Path
    accepted: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        stage = Stage(self.engine, self.log)
        self._stage = stage
        self._flow = stage.publish(a_flow({"ref": "a", "appId": "var", "args": {"values": {"x": 1}}}))

    @contextmanager
    def running(self, threads: int = 3) -> Iterator[None]:
        """Inside, plays are started as fast as it goes."""
        crew = [threading.Thread(target=self._go_on, args=(number,)) for number in range(threads)]
        for each in crew:
            each.start()
        try:
            yield
        finally:
            self.ended.set()
            for each in crew:
                each.join(60)

    def accept(self, **args: object) -> str:
        """One more play, which nobody performs yet."""
        play_id = self._stage.accept(self._flow, args)
        self.accepted.append(play_id)
        return play_id

    def _go_on(self, number: int) -> None:
        while not self.ended.is_set():
            play_id = self.accept(by=number)
            if len(self.accepted) % 3:
                try:
                    perform(self.engine, play_id)
                except Flow8Error:
                    continue


def digests(engine: Engine, play_ids: list[str]) -> dict[str, str]:
    """The SHA-256 of each of these plays that has ended, as it is stored."""
    over = {"$nin": [state.value for state in UNFINISHED]}
    found = engine.store.database["plays"].find({"_id": {"$in": play_ids}, "state": over})
    return {row["_id"]: hashlib.sha256(encode(row)).hexdigest() for row in found}


def perform_all(engine: Engine) -> None:
    """Perform what is open, as workers would."""
    states = [state.value for state in UNFINISHED]
    for row in engine.store.database["plays"].find({"state": {"$in": states}}, {"_id": 1}):
        perform(engine, row["_id"])
