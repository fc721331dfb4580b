"""Asking for a right, and the audit of what was done or denied."""

import pytest

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
    assert entry["details"] == {"userId": admin.user_id, "version": 2}
