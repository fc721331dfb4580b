"""A signed request is let in once."""

import json
from dataclasses import replace

import pytest

from flow8.ingress import Inbound
from flow8.services.channels import create_channel
from flow8.store.channels import Channel
from tests.flow8.ingress.test_handle import Desk, error_of
from tests.support.channels import a_route
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.signing import SECRET, signed
from tests.support.web import an_actor

BODY = b'{"n": 1}'


def a_signed_channel(
    stage: Stage, sender: str = "flow8", name: str = "Signed", secret: str = SECRET
) -> Channel:
    return create_channel(
        stage.engine,
        an_actor(stage.engine),
        name=name,
        kind="http",
        auth_mode="hmac",
        auth_token=secret,
        sender=sender,
    ).channel


def a_desk(stage: Stage, sender: str = "flow8") -> Desk:
    record = stage.publish(a_flow())
    route = a_route(target_flow_ids=(record.id,), timeout_seconds=20.0)
    return Desk(stage, replace(a_signed_channel(stage, sender), routes=(route,)))


def sent(sender: str, body: bytes = BODY, secret: str = SECRET, at: float | None = None) -> Inbound:
    headers = {name.lower(): value for name, value in signed(sender, body, secret, at).items()}
    return Inbound("POST", "/orders", "", {"content-type": "application/json", **headers}, body, "192.0.2.7")


def plays_of(desk: Desk) -> int:
    return desk.engine.store.database["plays"].count_documents({})


@pytest.mark.parametrize("sender", ["flow8", "github", "stripe", "slack"])
def test_a_request_of_each_sender_is_let_in_once(stage: Stage, sender: str) -> None:
    desk, inbound = a_desk(stage, sender), sent(sender)

    first, again = desk.ask(inbound), desk.ask(inbound)

    assert first.status == 200
    assert error_of(again) == (409, "REPLAYED")
    assert plays_of(desk) == 1


@pytest.mark.parametrize("sender", ["flow8", "github", "stripe", "slack"])
def test_one_changed_bit_is_refused(stage: Stage, sender: str) -> None:
    desk, inbound = a_desk(stage, sender), sent(sender)

    for place in range(len(BODY)):
        body = bytes(byte ^ (1 if number == place else 0) for number, byte in enumerate(BODY))
        assert error_of(desk.ask(inbound.with_body(body))) == (401, "UNAUTHORIZED")

    assert plays_of(desk) == 0
    assert desk.ask(inbound).status == 200


def test_a_signature_under_another_token_is_refused(stage: Stage) -> None:
    desk = a_desk(stage)

    assert error_of(desk.ask(sent("flow8", secret="another-secret-of-theirs"))) == (401, "UNAUTHORIZED")


def test_an_empty_body_is_signed_too(stage: Stage) -> None:
    desk = a_desk(stage)

    assert desk.ask(sent("flow8", b"")).status == 200
    assert error_of(desk.ask(replace(sent("flow8", b""), body=b"{}"))) == (401, "UNAUTHORIZED")


def test_a_replay_through_another_channel_of_the_same_token_is_refused(stage: Stage) -> None:
    desk = a_desk(stage)
    other = Desk(stage, replace(a_signed_channel(stage, name="Other"), routes=desk.channel.routes))
    inbound = sent("flow8")

    assert desk.ask(inbound).status == 200
    assert error_of(other.ask(inbound)) == (409, "REPLAYED")


def test_another_spelling_of_a_signature_is_no_other_signature(stage: Stage) -> None:
    desk, inbound = a_desk(stage), sent("flow8")
    loud = {
        **inbound.headers,
        "x-flow8-signature": "sha256=" + inbound.headers["x-flow8-signature"][7:].upper(),
    }

    assert desk.ask(inbound).status == 200
    assert error_of(desk.ask(replace(inbound, headers=loud))) == (409, "REPLAYED")


def test_what_started_nothing_may_be_sent_again_as_it_was(stage: Stage) -> None:
    flow = stage.publish(a_flow(input={"type": "object", "required": ["id"]}, flow="strict"))
    disabled = stage.engine.store.flows.save_draft(flow, a_flow(flow="strict", enabled=False), "test")
    route = a_route(target_flow_ids=(flow.id,), timeout_seconds=20.0)
    desk = Desk(stage, replace(a_signed_channel(stage, "github"), routes=(route,)))
    inbound = sent("github", b'{"id": "A"}')
    refused = desk.ask(inbound)

    stage.engine.store.flows.save_draft(disabled, a_flow(flow="strict", enabled=True), "test")
    later, again = desk.ask(inbound), desk.ask(inbound)

    assert error_of(refused) == (503, "FLOW_DISABLED")
    assert (later.status, again.status) == (200, 409)


def test_a_signature_without_a_time_is_remembered_for_longer(stage: Stage) -> None:
    route = a_route(target_flow_ids=(stage.publish(a_flow()).id,), timeout_seconds=20.0)
    for sender in ("flow8", "github"):
        channel = replace(a_signed_channel(stage, sender, sender), routes=(route,))
        assert Desk(stage, channel).ask(sent(sender)).status == 200

    flow8, github = (row["expiresAt"] for row in stage.engine.store.database["signatures"].find().sort("_id"))

    assert (github - flow8).days > 20


def test_a_channel_whose_token_is_gone_is_shut_not_open(stage: Stage) -> None:
    desk = a_desk(stage)
    shut = Desk(stage, replace(desk.channel, sealed_token=None))

    assert error_of(shut.ask(sent("flow8", secret=""))) == (401, "UNAUTHORIZED")


def test_the_signature_does_not_reach_the_answer_of_a_refusal(stage: Stage) -> None:
    answer = a_desk(stage).ask(sent("flow8", secret="another-secret-of-theirs"))

    assert SECRET not in json.loads(answer.body)["message"]
