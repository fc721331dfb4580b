"""Asking for a right, and the audit of what was done or denied."""

import pytest

from flow8.clock import utc_now
from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import Denied
from flow8.services.asking import audit, must
from tests.support.audit import entries_of


def test_who_has_the_right_goes_on_without_a_trace(engine: Engine, viewer: Actor) -> None:
    must(engine, viewer, Right.VIEW, "flows.list")

    assert entries_of(engine, viewer.company_id) == []


def test_a_denial_is_audited_with_what_was_asked(engine: Engine, viewer: Actor) -> None:
    with pytest.raises(Denied):
        must(engine, viewer, Right.RUN, "plays.run", "order-triage")

    [entry] = entries_of(engine, viewer.company_id)
    assert (entry["action"], entry["actor"], entry["subject"]) == ("denied", viewer.name, "order-triage")
    assert entry["details"] == {"asked": "plays.run", "right": "run"}


def test_an_entry_names_actor_door_address_and_the_ids_behind_the_name(engine: Engine, admin: Actor) -> None:
    audit(engine, admin, "flows.publish", "order-triage", version=2, note=None)

    [entry] = entries_of(engine, admin.company_id)
    assert (entry["actor"], entry["door"], entry["ip"]) == ("ada@example.com", "test", "192.0.2.7")
    assert entry["userId"] == admin.user_id
    assert "keyId" not in entry
    assert entry["details"] == {"version": 2}


def test_of_before_and_after_only_what_differs_is_kept(engine: Engine, admin: Actor) -> None:
    audit(engine, admin, "x.change", before={"a": 1, "b": [1], "gone": 2}, after={"a": 1, "b": [2], "new": 3})

    [entry] = entries_of(engine, admin.company_id)
    assert (entry["before"], entry["after"]) == ({"b": [1], "gone": 2}, {"b": [2], "new": 3})


def test_what_no_database_takes_is_kept_as_text(engine: Engine, admin: Actor) -> None:
    odd = {"$set": {"a.b": 2**70}, "half": "\ud800", "nul\0": float("nan"), "when": utc_now()}

    audit(engine, admin, "x.change", after={"odd": odd})

    [entry] = entries_of(engine, admin.company_id)
    kept = entry["after"]["odd"]
    assert kept["$set"] == {"a.b": str(2**70)}
    assert kept["half"] == "\\ud800"
    assert kept["nul"] == "nan"
    assert kept["when"].endswith("Z")


def test_no_secret_is_kept_and_no_field_is_longer_than_its_limit(engine: Engine, admin: Actor) -> None:
    most = engine.settings.audit_log_field_max_bytes
    key = f"f8_{'a' * 24}_{'s' * 43}"

    audit(
        engine,
        admin,
        "x.change",
        key,
        before={"authToken": "short", "roles": {"password": "short"}},
        after={"text": "é" * most, "list": ["x" * 100] * most, "url": "amqp://me:short@host/"},
        note=f"with {key}",
    )

    [entry] = entries_of(engine, admin.company_id)
    fields = [*entry["before"].values(), *entry["after"].values(), *entry["details"].values()]
    assert "short" not in str(entry)
    assert "s" * 43 not in str(entry)
    assert entry["subject"] == f"f8_{'a' * 24}_***"
    assert max(len(str(field).encode()) for field in fields) == most
    assert entry["after"]["text"].endswith(f"... ({2 * most} bytes)")
