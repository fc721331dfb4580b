"""Plays for tests of the UI: some that went well or wrong, and, by hand, very many and very large ones."""

from datetime import timedelta
from typing import Any

from flow8.clock import utc_now
from flow8.engine.engine import Engine
from flow8.ids import id_at, new_id
from tests.support.engines import Stage
from tests.support.factories import a_flow

FAILING = (
    {"ref": "validate", "appId": "var", "args": {"values": {"ok": True}}},
    {"ref": "charge_card", "appId": "fail", "args": {"message": "HTTP 402 card_declined"}},
    {"ref": "send_mail", "appId": "var", "args": {"values": {"sent": 1}}},
)


def a_failed_play(stage: Stage, **changes: Any) -> str:
    """A play whose second flowlet failed, so that the third was skipped."""
    return stage.play(
        *FAILING,
        args={"id": 1042},
        **{"flow": "billing", "name": "Billing", "title": "Invoice {{ $args.id }}", **changes},
    ).id


def a_big_flow(count: int) -> dict[str, Any]:
    """A flow of very many flowlets, of which the one in the middle fails without stopping the rest."""
    steps = [{"ref": f"step_{n}", "appId": "var", "args": {"values": {"n": n}}} for n in range(count)]
    steps[count // 2] = {"ref": f"step_{count // 2}", "appId": "fail", "args": {"message": "the middle one"}}
    return a_flow(*steps, flow="big", name="Big")


def copies(engine: Engine, play_id: str, count: int, *, ago: timedelta | None = None) -> None:
    """So many more plays that look like this one, each with an id of its own; of so long ago, if told."""
    plays = engine.store.database["plays"]
    found = plays.find_one({"_id": play_id})
    assert found is not None
    found.pop("idempotencyKey", None)
    if ago is None:
        plays.insert_many({**found, "_id": new_id()} for _ in range(count))
        return
    moment = utc_now() - ago
    then = {"createdAt": moment, "endedAt": moment + timedelta(milliseconds=12)}
    prefix = id_at(moment.timestamp())[:12]
    plays.insert_many({**found, **then, "_id": prefix + new_id()[12:]} for _ in range(count))
