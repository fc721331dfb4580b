"""KV as modules use it in plays."""

import threading
from typing import Any

import pytest

from flow8.domain.kv import Scope
from flow8.domain.read import shape_flow
from flow8.engine.kv import PlayKv
from flow8.engine.module_kv import ModuleKv
from flow8.errors import Conflict
from flow8.kit import Failed, Kv, KvValue
from flow8.store.kv import KvEntry
from tests.flow8.kit.kv_conformance import KvConformance
from tests.support.engines import Stage
from tests.support.entries import an_entry
from tests.support.factories import a_flow, a_play
from tests.support.groups import a_group


def kv_of(stage: Stage, key: str, group: str | None = None) -> ModuleKv:
    play = a_play(company_id=stage.company_id)
    engine = stage.engine
    group_id = None if group is None else a_group(engine, group)
    flow = {"_id": play.flow_id, "companyId": stage.company_id, "permanentId": "a-flow"}
    engine.store.database["flows"].replace_one(
        {"_id": play.flow_id}, {**flow, "groupId": group_id}, upsert=True
    )
    return ModuleKv(PlayKv(engine.store, engine.vault, play, shape_flow(a_flow())), key)


class OfManyFlowlets:
    """Each use is that of a flowlet of its own, as conformance tests want it."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._uses = stage, 0

    def __getattr__(self, name: str) -> Any:
        self._uses += 1
        return getattr(kv_of(self._stage, f"play/step{self._uses}", group="sales"), name)


class TestModuleKv(KvConformance):
    @pytest.fixture
    def kv(self, stage: Stage) -> Kv:
        found: Kv = OfManyFlowlets(stage)
        return found


def test_a_flowlet_that_runs_again_after_a_crash_does_not_write_twice(stage: Stage) -> None:
    kv = kv_of(stage, "play/set")
    assert kv.set("cursor", 1, if_rev=0) == 1

    assert kv_of(stage, "play/set").set("cursor", 1, if_rev=0) == 1
    assert kv_of(stage, "play/other").set("cursor", 2, if_rev=1) == 2


def test_an_entry_that_is_secret_stays_so(stage: Stage) -> None:
    an_entry(stage.engine, "token", "hunter2hunter2")

    kv_of(stage, "play/set").set("token", "swordfish-and-chips", scope="global")

    with pytest.raises(Failed, match="is secret"):
        kv_of(stage, "play/get").get("token")


def test_a_secret_that_could_not_be_veiled_is_refused_without_being_repeated(stage: Stage) -> None:
    with pytest.raises(Failed, match="at least 8 characters") as refused:
        kv_of(stage, "play/set").set("pin", "4711", secret=True)

    assert "4711" not in refused.value.message


def test_a_flow_without_a_group_has_no_entries_of_one(stage: Stage) -> None:
    with pytest.raises(Failed, match="belongs to no group"):
        kv_of(stage, "play/set").set("x", 1, scope="flow_group")


def test_of_many_that_count_at_once_none_is_lost(stage: Stage) -> None:
    """Compare and set: each reads, adds one, writes if nobody was faster, else begins anew."""

    def count(number: int) -> None:
        for turn in range(5):
            for attempt in range(1000):
                kv = kv_of(stage, f"play/{number}/{turn}/{attempt}")
                seen = kv.get("n", scope="global") or KvValue(0, 0)
                try:
                    kv.set("n", seen.value + 1, scope="global", if_rev=seen.rev)
                except Failed:
                    continue
                break

    threads = [threading.Thread(target=count, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert kv_of(stage, "play/end").get("n", scope="global") == KvValue(20, 20)


def test_modules_write_what_later_flowlets_of_the_play_read(stage: Stage) -> None:
    play = stage.play(
        {"ref": "before", "appId": "var", "args": {"values": {"n": "{{ $kv.n ?? 0 }}"}}},
        {"ref": "set", "appId": "kv-set", "args": {"key": "n", "value": "{{ $prev.before.n + 1 }}"}},
        {"ref": "after", "appId": "var", "args": {"values": {"n": "{{ $kv.n }}"}}},
        {"ref": "get", "appId": "kv-get", "args": {"key": "n"}},
        {"ref": "gone", "appId": "kv-delete", "args": {"key": "n"}},
        {"ref": "end", "appId": "kv-get", "args": {"key": "n", "default": "none"}},
        output={"after": "{{ $prev.after.n }}", "get": "{{ $prev.get }}", "end": "{{ $prev.end.value }}"},
    )

    assert play.output == {"after": 1, "get": {"value": 1, "found": True, "rev": 1}, "end": "none"}


def test_an_entry_written_by_a_play_says_so(stage: Stage) -> None:
    play = stage.play({"ref": "set", "appId": "kv-set", "args": {"key": "n", "value": 1}})

    entry = stage.engine.store.kv.at(stage.company_id, "n", (Scope.FLOW, play.flow_id))
    assert isinstance(entry, KvEntry)
    assert (entry.updated_by, entry.write_key, entry.readable) == (f"play {play.id}", f"{play.id}/set", True)


def test_two_entries_of_one_key_in_one_scope_cannot_be(stage: Stage) -> None:
    an_entry(stage.engine, "x", 1, readable=True)

    with pytest.raises(Conflict):
        an_entry(stage.engine, "x", 2, readable=True)
