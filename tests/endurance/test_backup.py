"""A backup that was taken while plays were started and performed, brought back into an empty database."""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import Settings
from config.settings import load as settings_of
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Invalid, Unavailable
from flow8.ids import new_id
from flow8.registry import Registry
from flow8.services.invariants import check
from flow8.services.restore import restore
from flow8.services.snapshots import take_everything
from flow8.vault import WrongKeys
from flow8.vault.kv import open_value
from tests.support.backups import Load, digests, installation, operator, perform_all
from tests.support.entries import an_entry
from tests.support.files import a_file, on_disk
from tests.support.keys import OTHER_KEYS
from tests.support.replica_set import replica_set
from tests.support.sizes import sized

ROUNDS = sized(1, 20)
SECRET = "swordfish-and-chips"


def quiet(_: str) -> None:
    """Nobody has to be told."""


@pytest.fixture(params=["single", "replica set"])
def used(request: pytest.FixtureRequest, environment: dict[str, str], tmp_path: Path) -> Iterator[Settings]:
    """The settings of an installation that is in use, on either kind of MongoDB."""
    settings = settings_of({**environment, "MONGODB_DB": f"flow8_used_{new_id()}"})
    if request.param == "single":
        yield settings
        return
    with replica_set(tmp_path / "rs") as uri:
        yield replace(settings, mongodb_uri=uri)


def other(settings: Settings, tmp_path: Path) -> Settings:
    """An empty installation on the same MongoDB."""
    return replace(settings, mongodb_db=f"flow8_back_{new_id()}", data_dir=tmp_path / f"back-{new_id()}")


def held(engine: Engine, play_id: str) -> None:
    """Let a worker that is dead hold a play."""
    assert engine.store.plays.claim(play_id, "a worker that is gone") is not None


@pytest.mark.parametrize("number", range(ROUNDS))
def test_what_was_accepted_before_it_comes_back_and_goes_on(
    used: Settings, registry: Registry, tmp_path: Path, number: int
) -> None:
    path = tmp_path / f"{number}.zip"
    with installation(used, registry) as engine:
        load = Load(engine, tmp_path / "log")
        entry = an_entry(engine, "token", SECRET)
        file = a_file(engine, entry.company_id, b"bytes of a file" * 50_000)
        with load.running():
            while len(load.accepted) < 60:
                pass
            held(engine, load.accept(by="hand"))
            before, ended = list(load.accepted), digests(engine, load.accepted)
            taken = take_everything(engine, operator(engine), path)
        assert (taken.files, taken.missing) == (1, 0)
        assert len(load.accepted) > len(before), "nothing went on meanwhile"
        with installation(other(used, tmp_path), registry, prepared=False) as back:
            restored = restore(back, path, quiet)

            assert restored.queued >= 1
            perform_all(back)
            assert back.store.database["plays"].count_documents({"state": {"$ne": "DONE"}}) == 0
            lost = set(before) - {row["_id"] for row in back.store.database["plays"].find({}, {"_id": 1})}
            assert lost == set()
            assert ended.items() <= digests(back, before).items()
            assert check(back, operator(back))["holds"]
            found = back.store.kv.get(entry.company_id, entry.id)
            assert found is not None
            assert open_value(back.vault, found) == SECRET
            assert [each.read_bytes() for each in on_disk(back)] == [b"bytes of a file" * 50_000]
            assert back.store.files.get(file.company_id, file.id) == file


def test_a_wrong_key_a_full_database_and_a_damaged_file_are_refused_before_anything_is_written(
    settings: Settings, environment: dict[str, str], registry: Registry, tmp_path: Path
) -> None:
    path, broken = tmp_path / "all.zip", tmp_path / "broken.zip"
    with installation(replace(settings, mongodb_db=f"flow8_used_{new_id()}"), registry) as engine:
        an_entry(engine, "token", SECRET)
        take_everything(engine, operator(engine), path)
        damage(path, broken, "collections/kv.bson")

        with pytest.raises(Conflict, match="not empty"):
            restore(engine, path, quiet)
        for wrong, given, refusal in (
            ({**environment, **OTHER_KEYS}, path, WrongKeys),
            (environment, broken, Invalid),
            (environment, Path(__file__), Invalid),
        ):
            empty = other(settings_of(wrong), tmp_path)
            with installation(empty, registry, prepared=False) as back:
                with pytest.raises(refusal):
                    restore(back, given, quiet)
                assert back.store.database.list_collection_names() == []


def damage(whole: Path, broken: Path, part: str) -> None:
    """Write a copy with another byte amid a part's data: of the heads around it not all is read."""
    data = bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as opened:
        about = opened.getinfo(part)
        end = min(
            each.header_offset for each in opened.infolist() if each.header_offset > about.header_offset
        )
    data[end - about.compress_size // 2] ^= 0xFF
    broken.write_bytes(data)


def test_a_restore_that_died_keeps_flow8_out_until_it_is_done_again(
    settings: Settings, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "all.zip"
    with installation(replace(settings, mongodb_db=f"flow8_used_{new_id()}"), registry) as engine:
        an_entry(engine, "token", SECRET)
        take_everything(engine, operator(engine), path)
        with installation(other(settings, tmp_path), registry, prepared=False) as back:
            with monkeypatch.context() as patch:
                patch.setattr("flow8.services.restore.queue_again", _die)
                with pytest.raises(KeyboardInterrupt):
                    restore(back, path, quiet)
            with pytest.raises(Unavailable, match="restore again"):
                back.store.prepare()

            restore(back, path, quiet)

            back.store.prepare()
            assert back.store.database["kv"].count_documents({}) == 1


def _die(_: object) -> int:
    raise KeyboardInterrupt
