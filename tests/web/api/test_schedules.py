"""Schedules over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flow8.domain.access import Role
from flow8.engine.engine import Engine
from flow8.services import firing
from tests.support.web import Program

AsRole = Callable[[Role], Program]
DAILY = {"name": "nightly", "cron": "30 2 * * *", "timeZone": "Europe/Berlin", "args": {"name": "Ada"}}


def made(program: Program, flow: str, **fields: Any) -> dict[str, Any]:
    """A new schedule."""
    answer = program.post("schedules", json={**DAILY, "flow": flow, **fields})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json or {}
    return found


def test_a_schedule_is_made_read_listed_and_removed(program: Program, greeting: str) -> None:
    schedule = made(program, greeting)

    read = program.get(f"schedules/{schedule['id']}")
    listed = [(program.get(f"schedules{query}").json or {})["data"] for query in ("", f"?flow={greeting}")]
    shown = ("name", "flow", "cron", "timeZone", "args", "misfire", "overlap")
    assert {name: schedule[name] for name in shown} == {
        **DAILY,
        "flow": greeting,
        "misfire": "once",
        "overlap": "allow",
    }
    assert (schedule["enabled"], schedule["trouble"]) == (True, None)
    assert schedule["lastFiring"] is None
    assert (read.json, read.headers["ETag"]) == (schedule, '"1"')
    assert listed == [[schedule], [schedule]]
    assert program.ask("DELETE", f"schedules/{schedule['id']}").status_code == 204
    assert (program.get(f"schedules/{schedule['id']}").json or {})["error"] == "SCHEDULE_NOT_FOUND"


def test_a_change_is_refused_that_did_not_see_the_last_one(program: Program, greeting: str) -> None:
    schedule = made(program, greeting)
    path, wish = f"schedules/{schedule['id']}", {**DAILY, "flow": greeting, "cron": "0 4 * * *"}

    changed = program.ask("PUT", path, json=wish, headers={"If-Match": '"1"'})
    stale = program.ask("PUT", path, json=wish, headers={"If-Match": '"1"'})
    removed = program.ask("DELETE", path, headers={"If-Match": '"1"'})

    assert (changed.status_code, changed.headers["ETag"], (changed.json or {})["cron"]) == (
        200,
        '"2"',
        "0 4 * * *",
    )
    assert (stale.status_code, (stale.json or {})["error"]) == (409, "SCHEDULE_CHANGED")
    assert removed.status_code == 409
    assert program.ask("PUT", path, json=wish).status_code == 200
    assert program.ask("PUT", path, json=wish, headers={"If-Match": '"x"'}).status_code == 400


def test_it_is_switched_off_and_on(program: Program, greeting: str) -> None:
    path = f"schedules/{made(program, greeting)['id']}"

    off = program.post(f"{path}/disable", json={}).json or {}
    on = program.post(f"{path}/enable", json={}).json or {}

    assert (off["enabled"], off["nextAt"]) == (False, None)
    assert on["enabled"]
    assert on["nextAt"] is not None


def test_the_next_due_times_are_told_with_what_the_wall_shows(program: Program, greeting: str) -> None:
    schedule = made(program, greeting)

    five = (program.get(f"schedules/{schedule['id']}/next").json or {})["data"]
    two = (program.get(f"schedules/{schedule['id']}/next?count=2").json or {})["data"]

    assert five[0]["dueAt"] == schedule["nextAt"]
    assert (len(five), two) == (5, five[:2])
    assert all(each["localTime"][11:] in ("02:30:00+01:00", "02:30:00+02:00") for each in five)
    assert program.get(f"schedules/{schedule['id']}/next?count=101").status_code == 422


def test_a_timing_can_be_looked_at_before_it_is_kept(program: Program) -> None:
    wish = {"intervalSeconds": 3600, "startsAt": "2099-03-29T00:00:00+01:00", "count": 3}

    answer = program.post("schedules/preview", json={**wish, "timeZone": "Europe/Berlin"})

    assert answer.json == {
        "data": [
            {"dueAt": "2099-03-28T23:00:00.000Z", "localTime": "2099-03-29T00:00:00+01:00"},
            {"dueAt": "2099-03-29T00:00:00.000Z", "localTime": "2099-03-29T01:00:00+01:00"},
            {"dueAt": "2099-03-29T01:00:00.000Z", "localTime": "2099-03-29T03:00:00+02:00"},
        ]
    }


@pytest.mark.parametrize(
    ("fields", "paths"),
    [
        ({"cron": "61 2 * * *", "timeZone": "Mars"}, ["cron", "timeZone"]),
        ({"cron": None}, ["cron"]),
        ({"intervalSeconds": 5}, ["intervalSeconds"]),
        ({"cron": None, "at": "2020-01-01T00:00:00Z"}, ["at"]),
        ({"cron": None, "at": "2099-01-01T00:00:00"}, ["at"]),
        ({"name": " ", "misfire": "never", "overlap": "queue"}, ["misfire", "name", "overlap"]),
        ({"version": 9}, ["version"]),
        ({"version": 10**30}, ["version"]),
        ({"args": {"long": "x" * 70_000}}, ["args"]),
        ({"every": "day"}, ["every"]),
    ],
)
def test_every_problem_of_a_wish_is_told(
    program: Program, greeting: str, fields: dict[str, Any], paths: list[str]
) -> None:
    answer = program.post("schedules", json={**DAILY, "flow": greeting, **fields})

    assert answer.status_code == 422
    assert sorted(each["path"] for each in (answer.json or {})["details"]) == paths
    assert (program.get("schedules").json or {})["total"] == 0


def test_what_became_of_firings_is_told(program: Program, engine: Engine, greeting: str) -> None:
    start = datetime(2025, 6, 10, 12, tzinfo=UTC)
    timing = {"cron": None, "intervalSeconds": 60, "startsAt": start.isoformat()}
    schedule = made(program, greeting, misfire="skip", **timing)
    engine.store.database["schedules"].update_one({"_id": schedule["id"]}, {"$set": {"dueAt": start}})
    for minutes in (0, 1, 9):
        firing.fire(engine, schedule["id"], 1, start + timedelta(minutes=minutes))

    def told(query: str = "") -> dict[str, Any]:
        answer = program.get(f"schedules/{schedule['id']}/firings{query}")
        assert answer.status_code == 200, answer.text
        return answer.json or {}

    rows = told()["data"]
    assert [(each["dueAt"][14:16], each["state"], each["count"]) for each in rows] == [
        ("09", "played", 1),
        ("08", "played", 1),
        ("02", "missed", 6),
        ("01", "played", 1),
        ("00", "played", 1),
    ]
    assert rows[2]["reason"] == {"code": "MISFIRE", "message": "No scheduler could play it in time."}
    assert (rows[2]["until"][14:16], rows[2]["playId"], rows[0]["reason"]) == ("07", None, None)
    assert program.get(f"plays/{rows[0]['playId']}").status_code == 200
    assert told("?state=missed") == {"data": [rows[2]], "next": None}
    page = told("?state=played,missed&size=2")
    assert page == {"data": rows[:2], "next": rows[1]["id"]}
    assert told(f"?size=3&after={page['next']}") == {"data": rows[2:], "next": None}
    assert program.get(f"schedules/{schedule['id']}/firings?state=lost").status_code == 422
    assert program.get(f"schedules/{schedule['id']}/firings?after=lost").status_code == 422
    assert (program.get(f"schedules/{schedule['id']}").json or {})["lastFiring"] == rows[0]


def test_a_viewer_looks_and_changes_nothing(program: Program, program_as: AsRole, greeting: str) -> None:
    schedule, viewer = made(program, greeting), program_as(Role.VIEWER)
    path = f"schedules/{schedule['id']}"

    looks = [viewer.get(each).status_code for each in ("schedules", path, f"{path}/next", f"{path}/firings")]
    changes = [
        viewer.post("schedules", json={**DAILY, "flow": greeting}).status_code,
        viewer.ask("PUT", path, json={**DAILY, "flow": greeting}).status_code,
        viewer.post(f"{path}/disable", json={}).status_code,
        viewer.ask("DELETE", path).status_code,
    ]

    assert looks == [200] * 4
    assert changes == [403] * 4


def test_due_times_of_the_past_are_counted_first_and_then_played(program: Program, greeting: str) -> None:
    schedule = made(program, greeting, enabled=False)
    path = f"schedules/{schedule['id']}/backfill"
    span = {"from": "2026-06-10T00:00:00Z", "to": "2026-06-12T00:00:00Z"}

    counted = program.post(path, json={**span, "dryRun": True})
    done = program.post(path, json=span)
    again = program.post(path, json=span)

    assert (counted.status_code, done.status_code) == (200, 202)
    assert {**(done.json or {}), "playIds": []} == counted.json
    assert ((done.json or {})["count"], len((done.json or {})["playIds"])) == (2, 2)
    assert ((again.json or {})["count"], (again.json or {})["already"]) == (0, 2)
    wrong = program.post(path, json={"from": span["to"], "to": span["from"]})
    assert (wrong.status_code, (wrong.json or {})["details"][0]["path"]) == (422, "to")
