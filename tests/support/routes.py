"""Every route that writes, with a body that fits, and a world of records for each of two companies."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Flask
from werkzeug.routing import Rule

from flow8.domain.access import RIGHTS, Actor, Right, Role
from flow8.domain.play import Origin
from flow8.domain.schedule import Timing
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.engine.start import StartRequest, start
from flow8.services import (
    access,
    channels,
    components,
    flows,
    groups,
    keys,
    kv,
    links,
    schedules,
    user_groups,
)
from flow8.services.schedule_rules import Wish
from flow8.store.people import Company
from tests.support.factories import a_flow
from tests.support.files import a_file
from tests.support.people import a_user, signed_in

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
ASKS: Final = {"ref": "ok", "appId": "var", "args": {"values": {"n": 1}}, "needsApproval": True}
MARK: Final = "hush"
"""Stands in every record of a world, so that a leak can be seen."""


@dataclass
class World:
    """A company with one record of each kind, and a signed-in user of each role."""

    company: Company
    flow: str
    ids: dict[str, str]
    sids: dict[str, str] = field(default_factory=dict)


def a_world(engine: Engine, slug: str) -> World:
    """A company of this slug with everything in it."""
    company = engine.store.companies.ensure(slug, f"{MARK} {slug}")
    admin = Actor(company.id, "admin", RIGHTS[Role.ADMIN], "test")
    flow = f"{slug}-{MARK}"
    text = json.dumps(a_flow(ASKS, flow=flow, name=f"{MARK} {slug}"))
    record = flows.import_text(engine, admin, text, publish=True).flow
    play_id = start(engine, StartRequest(record, {"secret": MARK}, Origin("test"))).play_id
    perform(engine, play_id)
    channel = channels.create_channel(engine, admin, name=f"{slug} {MARK}", kind="http", enabled=False)
    users = {role.value: a_user(engine, company, f"{role}@{slug}.example", role) for role in Role}
    ids = {
        "name": flow,
        "flow_id": record.id,
        "play_id": play_id,
        "layer_id": "ok",
        "app_id": "var",
        "channel": channel.channel.slug,
        "key_id": keys.create_key(engine, admin, name=MARK)[0].id,
        "user_id": a_user(engine, company, f"{MARK}@{slug}.example", None).id,
        "company": company.id,
    }
    ids["file_id"] = a_file(engine, company.id, MARK.encode(), name=f"{MARK} {slug}", play_id=play_id).id
    ids["flow_group"] = groups.create_group(engine, admin, name=f"{MARK} {slug}").group.id
    ids["group_id"] = user_groups.create_user_group(engine, admin, name=MARK, user_ids=[]).id
    entry = kv.create_entry(engine, admin, key=MARK, value=MARK, place=kv.KvPlace(), readable=True)
    ids["entry_id"] = entry.entry.id
    ticks = Wish(f"{MARK} {slug}", flow, Timing(cron="0 9 * * *"), args={"secret": MARK})
    ids["schedule_id"] = schedules.create_schedule(engine, admin, ticks).schedule.id
    wish = access.Wish(Right.VIEW.value, user_id=ids["user_id"], flow=flow)
    ids["grant_id"] = access.grant(engine, admin, wish).id
    smtp = {"host": "127.0.0.1", "user": "u", "password": "a-long-password", "from": "a@b.example"}
    made = components.create_component(
        engine, admin, name=f"{MARK} {slug}", kind="mail", provider="smtp", config=smtp
    )
    ids["component"] = made.record.id
    link = links.LinkWish(f"{MARK} {slug}", ("api.example.com",))
    ids["link"] = links.create_link(engine, admin, link, service="http", kind="bearer", secret=MARK * 4).id
    sids = {role: signed_in(engine, user, company) for role, user in users.items()}
    return World(company, flow, ids, sids)


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Each rule with each method that a view answers: `GET /api/v1/flows/<name>`."""
    for rule in app.url_map.iter_rules():
        for method in METHODS:
            if method in (rule.methods or ()):
                yield f"{method} {rule.rule}", rule


def path_of(rule: Rule, ids: Mapping[str, str], **instead: str) -> str:
    """The path of a rule with the ids of a world in it."""
    path = rule.rule
    for argument in rule.arguments:
        value = instead.get(argument) or _id(rule, argument, ids)
        path = path.replace(f"<{argument}>", value).replace(f"<int:{argument}>", value)
        path = path.replace(f"<path:{argument}>", value)
    return path


def _id(rule: Rule, argument: str, ids: Mapping[str, str]) -> str:
    if argument == "name" and "/channels" in rule.rule:
        return ids["channel"]
    if argument == "name" and "/companies" in rule.rule:
        return ids["company"]
    if argument == "number":
        return "1"
    return ids.get(argument, "x1")


def body_of(name: str, ids: Mapping[str, str]) -> Any:
    """A body that fits a route; an empty one for those that take none."""
    method, _, path = name.partition(" ")
    base = path.removeprefix("/api/v1").removeprefix("/api")
    return BODIES.get(f"{method} {base}", lambda _: {})(ids)


BODIES: Final[Mapping[str, Any]] = {
    "POST /auth/login": lambda _: {"email": "nobody@example.com", "password": "x"},
    "POST /auth/password": lambda _: {"current": "x", "new": "a new and long password"},
    "POST /auth/company": lambda ids: {"company": ids["company"]},
    "POST /auth/api-keys": lambda _: {"name": "k", "role": "viewer", "scopes": ["mcp"], "tools": ["t"]},
    "POST /users": lambda _: {"email": "new@example.com", "name": "New", "role": "viewer"},
    "PUT /users/<user_id>": lambda _: {"name": "Other"},
    "POST /users/<user_id>/password": lambda _: {"password": "a new and long password"},
    "POST /companies": lambda _: {"name": "New one", "slug": "new-one"},
    "PUT /companies/<name>": lambda _: {"name": "Other"},
    "POST /user-groups": lambda ids: {"name": "new", "userIds": [ids["user_id"]]},
    "PUT /user-groups/<group_id>": lambda ids: {"name": "other", "userIds": [ids["user_id"]]},
    "POST /access": lambda ids: {"right": "run", "userGroupId": ids["group_id"], "flowId": ids["flow_id"]},
    "PUT /access/<grant_id>": lambda _: {"right": "run"},
    "POST /components": lambda _: {"name": "n", "kind": "storage", "provider": "local", "isDefault": True},
    "PUT /components/<component>": lambda _: {"name": "o", "config": {"host": "h", "password": "p"}},
    "POST /links": lambda _: {"name": "n", "hosts": ["h.example"], "secret": "long enough"},
    "PUT /links/<link>": lambda _: {"name": "o", "hosts": ["api.example.com"]},
    "POST /kv": lambda _: {"key": "new", "value": {"n": 1}, "readable": True},
    "PUT /kv/<entry_id>": lambda _: {"value": 2},
    "POST /flows/import": lambda ids: a_flow(flow=f"{ids['name']}-new", name="Other"),
    "POST /flows": lambda ids: a_flow(flow=f"{ids['name']}-made", name="Made"),
    "PUT /flows/<name>": lambda ids: a_flow(flow=ids["name"], name="Saved"),
    "POST /flows/<name>/move": lambda ids: {"group": ids["flow_group"]},
    "POST /flows/<name>/test": lambda _: {"args": {}, "only": "ok", "input": {"values": {}}, "prev": {}},
    "POST /groups": lambda ids: {"name": "new", "parent": ids["flow_group"]},
    "PUT /groups/<flow_group>": lambda _: {"name": "other"},
    "POST /flows/<name>/publish": lambda _: {"note": "A note"},
    "POST /flows/<name>/versions/<int:number>/restore": lambda _: {"force": True},
    "POST /flows/<name>/run": lambda _: {"args": {}, "idempotencyKey": "k"},
    "POST /plays/<play_id>/approve": lambda _: {"layerId": "ok", "decision": "approved", "note": "n"},
    "POST /plays/<play_id>/evaluate": lambda _: {"expression": "{{ $args.n }}", "layerId": "ok"},
    "POST /plays/<play_id>/event": lambda _: {"key": "k", "value": 1},
    "POST /plays/<play_id>/rerun": lambda _: {"from": "ok", "args": {}},
    "POST /plays/bulk": lambda ids: {"action": "hold", "filter": {"flow": ids["name"]}, "after": "0" * 24},
    "POST /schedules": lambda ids: {"name": "new", "flow": ids["name"], "cron": "0 9 * * *"},
    "POST /schedules/<schedule_id>/backfill": lambda _: {
        "from": "2026-06-10T00:00:00Z",
        "to": "2026-06-11T00:00:00Z",
    },
    "POST /schedules/preview": lambda _: {"cron": "0 9 * * *"},
    "PUT /schedules/<schedule_id>": lambda ids: {"name": "other", "flow": ids["name"], "intervalSeconds": 60},
    "PUT /retention": lambda ids: {
        "policies": [
            {"scope": "flow", "flow": ids["name"], "cadence": "7d", "minEntries": 5},
            {"scope": "flows.group", "group": ids["flow_group"], "cadence": "7d", "minEntries": 5},
        ]
    },
    "POST /retention/preview": lambda ids: {
        "policies": [{"scope": "flow", "flow": ids["name"], "cadence": "7d", "minEntries": 5}]
    },
    "POST /channels": lambda _: {"name": "new", "kind": "http", "enabled": False},
    "PUT /channels/<name>": lambda _: {"enabled": False},
    "PUT /channels/<name>/routes/<route_id>": lambda ids: {
        "name": "out",
        "httpMethod": "POST",
        "path": "/out",
        "targetFlowIds": [ids["name"]],
        "responseMode": "async",
    },
    "POST /channels/<name>/routes": lambda ids: {
        "name": "in",
        "httpMethod": "POST",
        "path": "/in",
        "targetFlowIds": [ids["name"]],
        "responseMode": "async",
    },
}
"""By method and path below the API's base: a body that the route takes."""


def everything_of(engine: Engine, company: Company) -> dict[str, Any]:
    """Every document of a company, but its audit and what time alone changes."""
    database = engine.store.database
    kept: dict[str, Any] = {}
    for name in sorted(database.list_collection_names(filter={"options.capped": {"$ne": True}})):
        if name in ("audit", "sessions", "queue_jobs", "attempts"):
            continue
        mine = {"$or": [{"companyId": company.id}, {f"roles.{company.id}": {"$exists": True}}]}
        kept[name] = {str(row["_id"]): row for row in database[name].find(mine)}
    kept["companies"] = {company.id: database["companies"].find_one({"_id": company.id})}
    return {name: rows for name, rows in kept.items() if rows}
