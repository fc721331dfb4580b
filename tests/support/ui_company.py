"""A company in which something of everything is there, as its people would have made it."""

from datetime import timedelta

from config.kinds import ROOT
from flow8.clock import utc_now
from flow8.domain.access import RIGHTS, Actor, Right, Role
from flow8.domain.schedule import Timing
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.services import access, channels, flows, groups, keys, plays, schedules, user_groups, users
from flow8.services.schedule_rules import Wish
from flow8.store.channel_requests import ChannelRequest
from tests.support.engines import Stage
from tests.support.entries import an_entry
from tests.support.resources import a_component, a_link
from tests.support.ui_plays import a_failed_play, copies

EXAMPLES = ("hello", "invoice-run", "order-triage", "refund-approval", "text-report")
ORDER = {"id": "A-1001", "customer": "Ada", "items": [{"name": "Desk lamp", "price": 39.5, "qty": 2}]}


def fill(stage: Stage) -> dict[str, str]:
    """Fill the company of the stage; the ids that stand in addresses, by what they name."""
    engine = stage.engine
    by = Actor(stage.company_id, "admin@localhost", RIGHTS[Role.ADMIN], door="web", operator=True)
    earlier = _example("order-triage").replace(b"> 100", b"> 50").replace(b"Big or small?", b"Is it big?")
    for text in (earlier, *map(_example, EXAMPLES)):
        flows.import_text(engine, by, text, publish=True)
    return {**_plays(stage, by), **_doors(engine, by), **_people(engine, by), **_resources(engine, by)}


def _example(name: str) -> bytes:
    return (ROOT / "examples" / f"{name}.yml").read_bytes()


def _plays(stage: Stage, by: Actor) -> dict[str, str]:
    engine, failed = stage.engine, a_failed_play(stage)
    triage = plays.run(engine, by, "order-triage", ORDER).play_id
    waiting = plays.run(engine, by, "refund-approval", {"order": "1042", "amount": 240}).play_id
    for each in (triage, waiting):
        perform(engine, each)
    waits = engine.store.database["plays"].find_one({"_id": waiting})
    assert waits is not None
    assert waits["state"] == "WAIT"
    _history(engine, failed, triage)
    return {"failed": failed, "triage": triage, "waiting": waiting}


def _history(engine: Engine, failed: str, triage: str) -> None:
    """A day of plays: many in the day, few at night, now and then one that failed."""
    for hour in range(1, 24):
        copies(engine, triage, 2 + 5 * hour % 7, ago=timedelta(hours=hour))
        if hour % 5 == 2:
            copies(engine, failed, 1, ago=timedelta(hours=hour, minutes=20))


def _doors(engine: Engine, by: Actor) -> dict[str, str]:
    http = channels.create_channel(engine, by, name="Shop", kind="http").channel
    channels.add_route(
        engine, by, http.id, name="take", target_flows=["order-triage"], http_method="POST", path="/orders"
    )
    _sent(engine, by, http.id)
    mcp = channels.create_channel(engine, by, name="Desk agents", kind="mcp").channel
    channels.add_route(
        engine, by, mcp.id, name="triage", target_flows=["order-triage"], tool_name="triage_again"
    )
    nightly = Wish(
        "Nightly", "hello", Timing(cron="0 2 * * *", time_zone="Europe/Berlin"), args={"name": "Ada"}
    )
    made = schedules.create_schedule(engine, by, nightly)
    return {"http": http.id, "mcp": mcp.id, "schedule": made.schedule.id}


def _sent(engine: Engine, by: Actor, channel_id: str) -> None:
    """What came in through a channel lately: most of it went well, and one request had a wrong body."""
    now = utc_now()
    rows = [
        ChannelRequest(
            now - timedelta(minutes=3 * n),
            "POST",
            "/orders",
            422 if n == 4 else 200,
            12 + 7 * n % 40,
            "10.0.0.7",
            "port",
        )
        for n in range(12)
    ]
    engine.store.channel_requests.add({(by.company_id, channel_id): rows})


def _people(engine: Engine, by: Actor) -> dict[str, str]:
    groups.create_group(engine, by, name="Finance")
    added = users.add_user(engine, by, email="vera@example.com", name="Vera", role="viewer")
    user = users.user_of(engine, by, "vera@example.com")
    assert added
    user_groups.create_user_group(engine, by, name="Approvers", user_ids=[user.id])
    access.grant(engine, by, access.Wish(Right.RUN.value, user_id=user.id, flow="hello"))
    keys.create_key(engine, by, name="ci")
    return {"user": user.id}


def _resources(engine: Engine, by: Actor) -> dict[str, str]:
    component, link = a_component(engine, by), a_link(engine, by)
    an_entry(engine, "cursor", 1042, readable=True)
    an_entry(engine, "shop_token", "swordfish-and-chips")
    return {"component": component.record.id, "link": link.id}
