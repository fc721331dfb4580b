"""Channels on the front: what a port answers, behind one address."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.services.channels import add_route, create_channel
from tests.support.channels import TOKEN
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.signing import SECRET, signed
from tests.support.system import until
from tests.support.web import ADDRESS, Program, an_actor

ECHO = {"args": "{{ $args }}", "path": "{{ $request.path }}", "headers": "{{ $request.headers }}"}


@pytest.fixture(autouse=True)
def worker(engine: Engine) -> Iterator[None]:
    """Performs plays as they are accepted, beside the test."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.01):
            for play in engine.store.database["plays"].find({"state": "NEW"}, {"_id": 1}):
                perform(engine, play["_id"])

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join(10)


def serve(
    stage: Stage, *flowlets: dict[str, Any], name: str = "Orders", path: str = "/in", **channel: Any
) -> None:
    """A channel of the default company that plays these flowlets."""
    actor = an_actor(stage.engine)
    flow = stage.publish(a_flow(*flowlets, flow=f"flow-of-{name.lower()}"))
    token = None if channel.get("auth_mode") == "public" else channel.pop("auth_token", TOKEN)
    made = create_channel(
        stage.engine, actor, name=name, auth_token=token, **{"kind": "http", **channel}
    ).channel
    add_route(
        stage.engine,
        actor,
        made.id,
        name="in",
        target_flows=[flow.id],
        http_method="POST",
        path=path,
        timeout_seconds=20.0,
    )


def echo() -> dict[str, Any]:
    return {"ref": "echo", "appId": "var", "args": {"values": ECHO}}


def post(client: FlaskClient, path: str = "/c/orders/in", **more: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {TOKEN}", **more.pop("headers", {})}
    return client.post(path, base_url=ADDRESS, headers=headers, **more)


def test_the_front_answers_as_the_port_does(client: FlaskClient, stage: Stage) -> None:
    serve(stage, echo(), path="/in/{id}")

    answer = post(client, "/c/orders/in/A%2F%2541%20x", json={"n": 1})

    assert (answer.status_code, answer.json and answer.json["args"]) == (200, {"n": 1, "id": "A/%41 x"})
    assert (answer.json or {})["path"] == "/in/A%2F%2541%20x"
    assert len(answer.headers["X-Flow8-Play"]) == 24
    assert "Content-Security-Policy" not in answer.headers


def test_it_has_the_same_guard_and_the_same_refusals(client: FlaskClient, stage: Stage) -> None:
    serve(stage, echo())

    wrong = post(client, headers={"Authorization": "Bearer wrong"}, json={})
    nowhere = post(client, "/c/orders/nowhere")
    method = client.put("/c/orders/in", headers={"Authorization": f"Bearer {TOKEN}"})
    unknown = post(client, "/c/nobody/in")

    refusals = [(each.status_code, (each.json or {})["error"]) for each in (wrong, nowhere, method, unknown)]
    assert refusals == [
        (401, "UNAUTHORIZED"),
        (404, "ROUTE_NOT_FOUND"),
        (405, "METHOD_NOT_ALLOWED"),
        (404, "CHANNEL_NOT_FOUND"),
    ]
    assert method.headers["Allow"] == "POST"
    assert stage.engine.store.database["plays"].count_documents({}) == 0


def test_neither_cookie_nor_key_of_ours_reaches_a_flow(client: FlaskClient, stage: Stage) -> None:
    serve(stage, echo())
    client.set_cookie("sid", "secret")
    client.set_cookie("other", "1")

    headers = (post(client, json={}).json or {})["headers"]

    assert headers["cookie"] == "other=1"
    assert "authorization" not in headers
    assert TOKEN not in str(headers)


def test_what_a_flow_answers_cannot_act_as_our_own_page(client: FlaskClient, stage: Stage) -> None:
    reply = {
        "headers": {
            "Content-Type": "text/html",
            "Set-Cookie": "sid=stolen; Path=/",
            "Service-Worker-Allowed": "/",
            "Clear-Site-Data": '"cookies"',
            "Content-Security-Policy": "default-src *",
        },
        "body": "<script>alert(1)</script>",
    }
    serve(stage, {"ref": "r", "appId": "respond", "args": reply}, auth_mode="public")

    answer = client.post("/c/orders/in")

    assert answer.headers["Content-Security-Policy"] == "sandbox, default-src *"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not {"Set-Cookie", "Service-Worker-Allowed", "Clear-Site-Data"} & set(answer.headers.keys())


def test_pages_of_others_may_send_to_a_channel(client: FlaskClient, stage: Stage) -> None:
    serve(stage, echo(), auth_mode="public")

    answer = client.post(
        "/c/orders/in", json={}, headers={"Origin": "https://shop.example", "Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 200


def test_signed_requests_are_let_in_once(client: FlaskClient, stage: Stage) -> None:
    serve(stage, echo(), auth_mode="hmac", auth_token=SECRET)
    body = b'{"n": 1}'
    headers = {**signed("flow8", body), "Content-Type": "application/json"}

    answers = [client.post("/c/orders/in", data=data, headers=headers) for data in (b"{}", body, body)]

    assert [answer.status_code for answer in answers] == [401, 200, 409]


def test_other_kinds_and_channels_that_are_off_are_not_served(client: FlaskClient, stage: Stage) -> None:
    serve(stage, echo(), enabled=False)
    create_channel(stage.engine, an_actor(stage.engine), name="Chat", kind="websocket")

    assert post(client, json={}).status_code == 503
    assert post(client, "/c/chat/in").status_code == 404


def test_another_company_stands_behind_its_own_name(client: FlaskClient, stage: Stage) -> None:
    serve(stage, echo())
    other = stage.engine.store.companies.ensure("acme", "Acme")
    theirs = Stage(stage.engine, stage.log)
    theirs.company_id = other.id
    flow = theirs.publish(a_flow({"ref": "a", "appId": "var", "args": {"values": {"who": "acme"}}}))
    actor = an_actor(stage.engine)
    acme = type(actor)(other.id, actor.name, actor.rights, actor.door)
    made = create_channel(stage.engine, acme, name="Orders", kind="http", auth_token=TOKEN).channel
    add_route(stage.engine, acme, made.id, name="in", target_flows=[flow.id], http_method="POST", path="/in")

    assert "args" in (post(client, json={}).json or {})
    assert post(client, "/c/acme.orders/in", json={}).json == {"who": "acme"}
    assert post(client, "/c/nobody.orders/in", json={}).status_code == 404


def test_a_body_over_the_limit_is_refused(client: FlaskClient, stage: Stage) -> None:
    serve(stage, echo())

    answer = post(client, data=b"1" * (17 * 1024 * 1024), content_type="application/json")

    assert (answer.status_code, (answer.json or {})["error"]) == (413, "TOO_LARGE")


def test_an_idempotency_key_is_one_play(client: FlaskClient, stage: Stage) -> None:
    serve(stage, echo())

    answers = [post(client, json={"n": 1}, headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert answers[0].data == answers[1].data
    assert stage.engine.store.database["plays"].count_documents({}) == 1


def test_requests_are_listed_without_their_contents(
    client: FlaskClient, stage: Stage, program: Program
) -> None:
    serve(stage, echo())
    first = post(client, "/c/orders/in?token=hush", json={"secret": "hush"})
    post(client, "/c/orders/nowhere")

    rows = until(lambda: _listed(program, 2), 30, "two lines")

    assert [(row["method"], row["path"], row["status"], row["error"], row["door"]) for row in rows] == [
        ("POST", "/nowhere", 404, "ROUTE_NOT_FOUND", "front"),
        ("POST", "/in", 200, None, "front"),
    ]
    assert rows[1]["playId"] == first.headers["X-Flow8-Play"]
    assert "hush" not in str(rows)


def test_how_the_last_requests_went_is_told_of_every_channel_at_once(
    client: FlaskClient, stage: Stage, program: Program
) -> None:
    serve(stage, echo())
    assert (program.get("channel-traffic").json or {})["data"] == []
    for path in ("/c/orders/nowhere", "/c/orders/in", "/c/orders/in"):
        post(client, path, json={})

    rows = until(lambda: _listed(program, 3), 30, "three lines")

    (told,) = (program.get("channel-traffic").json or {})["data"]
    channel = program.get("channels/orders").json or {}
    assert (told["channelId"], told["count"]) == (channel["id"], 3)
    assert (told["refused"], told["failed"]) == (1, 0)
    assert told["last"] == rows[0]
    assert told["p95Ms"] == max(row["durationMs"] for row in rows)


def test_the_last_fifty_requests_are_kept(client: FlaskClient, stage: Stage, program: Program) -> None:
    serve(stage, echo())
    for number in range(30):
        post(client, f"/c/orders/a{number}")
    time.sleep(1.2)
    for number in range(30):
        post(client, f"/c/orders/b{number}")

    rows = until(lambda: _hold(program, "/b29"), 30, "the last line")

    # Which of those that came within one millisecond was the earlier one, nobody knows.
    assert len(rows) == 50
    assert {f"/b{n}" for n in range(30)} | {f"/a{n}" for n in range(16, 30)} <= {row["path"] for row in rows}


def _listed(program: Program, count: int) -> list[dict[str, Any]] | None:
    rows: list[dict[str, Any]] = (program.get("channels/orders/requests").json or {})["data"]
    return rows if len(rows) == count else None


def _hold(program: Program, path: str) -> list[dict[str, Any]] | None:
    rows: list[dict[str, Any]] = (program.get("channels/orders/requests").json or {})["data"]
    return rows if any(row["path"] == path for row in rows) else None
