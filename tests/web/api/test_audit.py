"""The audit over HTTP."""

import csv
import io
from collections.abc import Callable

import pytest

from flow8.domain.access import Role
from flow8.engine.engine import Engine
from tests.support.audit import Forger, entries_of
from tests.support.web import Program, an_actor


@pytest.fixture
def busy(program: Program) -> Program:
    """A program that did a few things."""
    for number in range(5):
        wish = {"name": f"channel {number}", "kind": "http", "enabled": False}
        assert program.post("channels", json=wish).status_code == 201
    return program


def test_pages_by_cursor_and_filters(busy: Program) -> None:
    first = busy.get("audit?size=2&action=channels.create").json or {}
    second = busy.get(f"audit?size=2&action=channels.create&after={first['next']}").json or {}

    subjects = [row["subject"] for row in (*first["data"], *second["data"])]
    assert subjects == ["channel-4", "channel-3", "channel-2", "channel-1"]
    assert first["data"][0]["actor"] == "key for admin"
    assert len(first["data"][0]["keyId"]) == 24
    assert first["data"][0]["requestId"]
    at = first["data"][-1]["at"]
    later = busy.get(f"audit?from={at}&action=channels.create").json or {}
    earlier = busy.get(f"audit?to={at}&subject=channel-3&action=channels.create").json or {}
    assert [row["subject"] for row in later["data"]][:2] == ["channel-4", "channel-3"]
    assert earlier["data"] == []


def test_what_the_query_may_not_say_is_named(program: Program) -> None:
    for query in ("from=yesterday", "from=2026-01-01T00:00:00", "after=x", "after=1e99", "who=ana", "size=0"):
        answer = program.get(f"audit?{query}")

        assert answer.status_code == 422
        assert [each["path"] for each in (answer.json or {})["details"]] == [query.partition("=")[0]]


def test_exports_in_both_formats(busy: Program) -> None:
    as_json = busy.get("audit/export?format=json")
    as_csv = busy.get("audit/export?format=csv&action=channels.create")

    assert as_json.mimetype == "application/json"
    assert [row["seq"] for row in as_json.json or []] == list(range(1, 7))
    assert as_csv.mimetype == "text/csv"
    assert as_csv.headers["Content-Disposition"] == "attachment; filename=audit.csv"
    assert as_csv.is_streamed
    rows = list(csv.DictReader(io.StringIO(as_csv.text, newline="")))
    assert [row["subject"] for row in rows] == [f"channel-{number}" for number in range(5)]
    assert busy.get("audit/export?format=xml").status_code == 422


def test_verify_tells_what_was_changed(busy: Program, engine: Engine) -> None:
    company_id = an_actor(engine).company_id
    mac = entries_of(engine, company_id)[2]["mac"]
    whole = busy.get(f"audit/verify?head=3:{mac}&plays=true").json or {}
    Forger(engine, company_id).edit(3, actor="nobody")

    changed = busy.get("audit/verify").json or {}

    assert (whole["holds"], whole["entries"], whole["playMinutesCounted"]) == (True, 6, 0)
    assert changed["holds"] is False
    [fault] = changed["faults"]
    assert (fault["kind"], fault["seq"], fault["id"]) == ("edited", 3, f"{company_id}/000000000003")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RUNNER, Role.APPROVER, Role.EDITOR])
def test_it_is_for_administrators(program_as: Callable[[Role], Program], role: Role) -> None:
    program = program_as(role)

    assert [program.get(f"audit{path}").status_code for path in ("", "/export", "/verify")] == [403] * 3
