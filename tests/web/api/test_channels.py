"""Channels over HTTP."""

from flow8.engine.engine import Engine
from tests.support.web import Program


def test_a_channel_is_made_with_port_and_token_and_the_token_is_shown_once(
    program: Program, engine: Engine
) -> None:
    made = program.post("channels", json={"name": "Web orders", "kind": "http"})
    channel = made.json or {}

    read = program.get("channels/web-orders").json or {}
    listed = program.get("channels").json or {}

    assert made.status_code == 201
    assert channel["port"] == engine.settings.channel_port_range.start
    assert len(channel.pop("authToken")) > 20
    assert read == channel
    assert listed["data"] == [channel]


def test_a_channel_is_switched_off_and_on_and_keeps_its_port(program: Program) -> None:
    made = program.post("channels", json={"name": "orders", "kind": "http"}).json or {}

    off = program.ask("PUT", "channels/orders", json={"enabled": False}).json or {}
    on = program.ask("PUT", f"channels/{made['id']}", json={"enabled": True}).json or {}

    assert (off["enabled"], on["enabled"], on["port"]) == (False, True, made["port"])


def test_a_route_leads_to_a_flow(program: Program, greeting: str) -> None:
    program.post("channels", json={"name": "orders", "kind": "http"})
    wish = {"name": "New", "httpMethod": "POST", "path": "/hi/{name}", "targetFlowIds": [greeting]}

    made = program.post("channels/orders/routes", json=wish)
    listed = program.get("channels/orders/routes").json or {}

    assert made.status_code == 201
    assert (made.json or {})["responseMode"] == "sync"
    assert listed["data"] == [made.json]


def test_every_problem_of_a_wish_is_told(program: Program, greeting: str) -> None:
    program.post("channels", json={"name": "orders", "kind": "http"})

    channel = program.post("channels", json={"name": "", "kind": "pigeon", "authMode": "smile"})
    wish = {"name": "New", "httpMethod": "LOOK", "path": "hi", "targetFlowIds": ["nobody"]}
    route = program.post("channels/orders/routes", json=wish)

    assert greeting
    assert channel.status_code == 422
    assert {each["path"] for each in (channel.json or {})["details"]} == {"name", "kind", "authMode"}
    assert route.status_code == 422
    assert len((route.json or {})["details"]) == 3


def test_what_is_not_there_is_404_with_its_own_code(program: Program) -> None:
    answer = program.get("channels/nobody")

    assert (answer.status_code, (answer.json or {})["error"]) == (404, "CHANNEL_NOT_FOUND")


def test_two_channels_cannot_have_one_name(program: Program) -> None:
    program.post("channels", json={"name": "orders", "kind": "http"})

    answer = program.post("channels", json={"name": "Orders", "kind": "mcp"})

    assert (answer.status_code, (answer.json or {})["error"]) == (409, "CHANNEL_EXISTS")


def test_a_channel_and_its_routes_are_changed_and_removed(program: Program, greeting: str) -> None:
    program.post("channels", json={"name": "orders", "kind": "http"})
    wish = {"name": "New", "httpMethod": "POST", "path": "/hi", "targetFlowIds": [greeting]}
    route = (program.post("channels/orders/routes", json=wish).json or {})["id"]

    changed = program.ask("PUT", f"channels/orders/routes/{route}", json={**wish, "path": "/ho"})
    signed = program.ask("PUT", "channels/orders", json={"authMode": "hmac", "sender": "stripe"}).json or {}
    kept = program.ask("PUT", "channels/orders", json={"name": "Others"}).json or {}
    gone = program.ask("DELETE", f"channels/orders/routes/{route}")
    again = program.ask("DELETE", f"channels/orders/routes/{route}")
    removed = program.ask("DELETE", "channels/orders")

    assert ((changed.json or {})["id"], (changed.json or {})["path"]) == (route, "/ho")
    assert (signed["authMode"], signed["sender"]) == ("hmac", "stripe")
    assert len(signed["authToken"]) > 20
    assert (kept["name"], kept["slug"], kept["authToken"]) == ("Others", "orders", None)
    assert (gone.status_code, again.status_code, removed.status_code) == (204, 404, 204)
    assert (again.json or {})["error"] == "ROUTE_NOT_FOUND"
    assert program.get("channels/orders").status_code == 404


def test_a_channel_says_where_the_front_serves_it(program: Program) -> None:
    http = program.post("channels", json={"name": "orders", "kind": "http"}).json or {}
    chat = program.post("channels", json={"name": "chat", "kind": "websocket"}).json or {}

    assert http["url"] == "http://localhost:4454/c/orders"
    assert (chat["url"], chat["portProblem"]) == (None, None)
    assert chat["port"] == http["port"] + 1


def test_the_reach_of_a_channel_is_told_with_reasons(program: Program) -> None:
    made = program.post("channels", json={"name": "orders", "kind": "websocket", "enabled": False}).json or {}

    found = program.get(f"channels/{made['slug']}/reach").json or {}

    assert (found["address"], found["answers"]) == (None, None)
    assert [note["code"] for note in found["notes"]] == ["OFF", "NO_ROUTE"]
