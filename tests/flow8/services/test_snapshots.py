"""Snapshots of what people wrote and set up."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Denied, Invalid
from flow8.ids import new_id
from flow8.registry import Registry
from flow8.services import snapshots
from flow8.services.restore import restore
from flow8.services.snapshots import take_definitions, take_everything, take_nightly
from flow8.vault.kv import open_value
from tests.support.audit import actions_of
from tests.support.backups import installation
from tests.support.engines import Stage
from tests.support.entries import an_entry
from tests.support.factories import a_flow

SECRET = "swordfish-and-chips"


def test_it_holds_what_people_wrote_and_no_secret_and_comes_back(
    engine: Engine, stage: Stage, admin: Actor, registry: Registry, tmp_path: Path
) -> None:
    record = stage.publish(a_flow({"ref": "a", "appId": "var", "args": {"values": {"x": 1}}}))
    entry = an_entry(engine, "token", SECRET)

    taken = take_definitions(engine, admin)

    text = taken.path.read_text()
    assert (SECRET in text, stat.S_IMODE(taken.path.stat().st_mode)) == (False, 0o600)
    assert json.loads(text)["kind"] == "definitions"
    assert "snapshots.take" in actions_of(engine, admin.company_id)
    settings = replace(engine.settings, mongodb_db=f"flow8_back_{new_id()}", data_dir=tmp_path / "back")
    with installation(settings, registry, prepared=False) as back:
        restored = restore(back, taken.path, lambda _: None)

        assert (restored.documents, restored.queued) == (taken.documents, 0)
        assert back.store.flows.find(admin.company_id, record.permanent_id) == record
        found = back.store.kv.get(admin.company_id, entry.id)
        assert found is not None
        assert open_value(back.vault, found) == SECRET


def test_one_is_taken_each_day_and_the_newest_fourteen_are_kept(engine: Engine) -> None:
    folder = engine.settings.data_dir / "db"
    folder.mkdir()
    for day in range(1, 17):
        (folder / f"flow8-definitions-202603{day:02}T020000Z.json").touch()

    taken = take_nightly(engine)

    assert (taken is None, take_nightly(engine)) == (False, None)
    kept = sorted(path.name for path in folder.iterdir())
    assert (len(kept), kept[0]) == (snapshots.KEPT, "flow8-definitions-20260304T020000Z.json")


def test_only_administrators_take_one(engine: Engine, viewer: Actor, tmp_path: Path) -> None:
    with pytest.raises(Denied):
        take_definitions(engine, viewer)
    with pytest.raises(Denied):
        take_everything(engine, viewer, tmp_path / "all.zip")
    assert not (tmp_path / "all.zip").exists()


def test_what_is_no_snapshot_or_of_a_newer_release_is_refused(engine: Engine, tmp_path: Path) -> None:
    for text, told in (
        ("{}", "not a snapshot"),
        ("no json", "not a snapshot"),
        ('{"format": 2, "kind": "definitions"}', "newer flow8"),
        (
            '{"format": 1, "kind": "definitions", "migrations": 999, "keys": [], "collections": {}}',
            "newer flow8",
        ),
    ):
        path = tmp_path / "some.json"
        path.write_text(text)
        with pytest.raises(Invalid, match=told):
            restore(engine, path, lambda _: None)
