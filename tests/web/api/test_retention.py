"""Retention over HTTP: policies kept, tried and refused, and who may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.access import Role
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.ids import id_at
from tests.support.audit import entries_of
from tests.support.factories import a_flow
from tests.support.hands import error_of
from tests.support.web import Program

WEEK = {"cadence": "7d", "minEntries": 5}


def refused(program: Program, *policies: dict[str, Any]) -> dict[str, str]:
    answer = program.ask("PUT", "retention", json={"policies": list(policies)})
    assert answer.status_code == 422, answer.json
    return {each["path"]: each["message"] for each in (answer.json or {})["details"]}


def test_without_policies_the_settings_hold(program: Program) -> None:
    found = program.get("retention").json or {}

    assert (found["rev"], found["policies"], found["changedBy"]) == (0, [], None)
    told = {
        each["scope"]: (each["keptFor"], each["minEntries"], each["enforcedMinimum"])
        for each in found["defaults"]
    }
    assert told == {
        "audit": ("30d", 10, "14d"),
        "flows.all": ("90d", 100, "0s"),
        "flows.filtered": ("30d", 10, "3d"),
    }


def test_policies_are_kept_shown_and_put_in_place_of_all_before(program: Program, engine: Engine) -> None:
    program.post("groups", json={"name": "billing"})
    program.post("flows", json=a_flow())
    wishes = [
        {"scope": "flows.group", "group": "billing", "cadence": "30d", "minEntries": 10},
        {"scope": "flow", "flow": "a-flow", "cadence": "4w", "minEntries": 0, "enforcedMinimum": "90m"},
        {"scope": "audit", "cadence": "1d", "minEntries": 50},
    ]

    first = program.ask("PUT", "retention", json={"policies": wishes})
    second = program.ask("PUT", "retention", json={"policies": wishes[:1]}, headers={"If-Match": '"1"'})
    stale = program.ask("PUT", "retention", json={"policies": []}, headers={"If-Match": '"1"'})

    shown = (first.json or {})["policies"]
    assert [(each["flow"], each["group"]) for each in shown] == [
        (None, "billing"),
        ("a-flow", None),
        (None, None),
    ]
    assert [each["keptFor"] for each in shown] == ["30d", "28d", "14d"]
    assert shown[1]["enforcedMinimum"] == "90m"
    assert ((second.json or {})["rev"], len((second.json or {})["policies"])) == (2, 1)
    assert error_of(stale) == (409, "RETENTION_CHANGED")
    assert (program.get("retention").json or {})["policies"] == (second.json or {})["policies"]
    company = engine.store.companies.ensure("default", "Default").id
    changes = [each for each in entries_of(engine, company) if each["action"] == "retention.change"]
    assert changes[0]["after"]["flow a-flow"] == "28d, 0 stay, never below 90m"
    assert sorted(changes[1]["before"]) == ["audit", "flow a-flow"]


@pytest.mark.parametrize(
    ("policy", "path", "said"),
    [
        ({"scope": "flows", **WEEK}, "scope", "must be one of audit, flows.all"),
        ({"scope": "flows.all", "cadence": "soon", "minEntries": 1}, "cadence", "like 15s, 2m"),
        ({"scope": "flows.all", "cadence": "999999999w", "minEntries": 1}, "cadence", "must be"),
        ({"scope": "flows.all", "cadence": "40000d", "minEntries": 1}, "cadence", "at most 36500d"),
        ({"scope": "flows.all", "cadence": "1d", "minEntries": -1}, "minEntries", "from 0 to"),
        ({"scope": "audit", **WEEK, "enforcedMinimum": "1d"}, "enforcedMinimum", "at least 14d"),
        ({"scope": "flows.filtered", **WEEK, "enforcedMinimum": "1h"}, "enforcedMinimum", "at least 3d"),
        ({"scope": "flow", **WEEK}, "flow", "is missing"),
        ({"scope": "flow", "flow": "nowhere", **WEEK}, "flow", "there is no flow 'nowhere'"),
        ({"scope": "flows.group", "group": "nowhere", **WEEK}, "group", "there is no group 'nowhere'"),
        ({"scope": "flows.all", "flow": "a-flow", **WEEK}, "flow", "leave it out"),
        ({"scope": "flows.all", "minEntries": 1}, "cadence", "is missing"),
        ({"scope": "flows.all", "cadence": "1d", "minEntries": "many"}, "minEntries", "should be a number"),
        ({"scope": "flows.all", **WEEK, "age": 3}, "age", "is not a field known here"),
    ],
)
def test_each_slip_is_named_with_its_field(
    program: Program, policy: dict[str, Any], path: str, said: str
) -> None:
    found = refused(
        program, {"scope": "audit", **WEEK} | ({} if policy["scope"] != "audit" else policy), policy
    )

    assert said in found[f"policies[1].{path}"]
    assert (program.get("retention").json or {})["rev"] == 0


def test_two_policies_for_the_same_thing_are_refused(program: Program) -> None:
    found = refused(program, {"scope": "audit", **WEEK}, {"scope": "audit", **WEEK})

    assert found == {"policies[1]": "is there twice; one policy is enough for the same thing"}


def test_a_policy_of_a_deleted_flow_stays_and_may_be_sent_back(program: Program) -> None:
    flow_id = (program.post("flows", json=a_flow()).json or {})["id"]
    program.ask("PUT", "retention", json={"policies": [{"scope": "flow", "flow": "a-flow", **WEEK}]})
    program.ask("DELETE", "flows/a-flow")

    [policy] = (program.get("retention").json or {})["policies"]
    again = {name: policy[name] for name in ("scope", "flow", "cadence", "minEntries")}
    sent = program.ask("PUT", "retention", json={"policies": [again]})

    assert (policy["flow"], policy["isGone"]) == (flow_id, True)
    assert sent.status_code == 200


def test_a_preview_tells_what_would_go_and_changes_nothing(program: Program, engine: Engine) -> None:
    program.post("flows", json=a_flow())
    program.post("flows/a-flow/publish", json={})
    ids = [(program.post("flows/a-flow/run", json={"args": {"n": n}}).json or {})["playId"] for n in range(3)]
    plays = engine.store.database["plays"]
    for play_id in ids:
        perform(engine, play_id)
        _make_old(engine, play_id)
    before = sorted(row["_id"] for row in plays.find())

    usual = program.post("retention/preview", json={}).json or {}
    tried = program.post(
        "retention/preview",
        json={"policies": [{"scope": "flow", "flow": "a-flow", "cadence": "1d", "minEntries": 1}]},
    )

    assert (usual["plays"], usual["complete"]) == (0, True)
    assert {each["about"]: each["policy"]["scope"] for each in usual["flows"]} == {
        "all but filtered": "flows.all",
        "filtered": "flows.filtered",
    }
    found = tried.json or {}
    [row] = found["flows"]
    assert (found["plays"], row["plays"], row["about"], row["flow"]) == (2, 2, "all", "a-flow")
    assert row["policy"] == {
        "scope": "flow",
        "groupId": None,
        "keptFor": "1d",
        "minEntries": 1,
        "isDefault": False,
    }
    assert found["exact"]
    assert row["bytes"] > 500
    assert sorted(row["_id"] for row in plays.find()) == before
    assert (program.get("retention").json or {})["rev"] == 0


def _make_old(engine: Engine, play_id: str) -> None:
    """Let a play be of a year ago."""
    plays, ago = engine.store.database["plays"], utc_now() - timedelta(days=365)
    row = plays.find_one_and_delete({"_id": play_id})
    assert row is not None
    row |= {"_id": id_at(ago.timestamp())[:12] + play_id[12:], "endedAt": ago, "createdAt": ago}
    plays.insert_one(row)


def test_only_administrators_may(program_as: Callable[[Role], Program]) -> None:
    editor = program_as(Role.EDITOR)

    assert editor.get("retention").status_code == 403
    assert editor.ask("PUT", "retention", json={"policies": []}).status_code == 403
    assert editor.post("retention/preview", json={}).status_code == 403
