"""A channel request through whatever door, with a real engine behind it."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from flow8.domain.play import Play, PlayState
from flow8.domain.routes import Found
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.engine.start import Outcome, StartRequest, start_here
from flow8.ingress import Answer, Inbound, enter, handle
from flow8.store.channels import Channel
from tests.support.channels import a_channel, a_route, an_inbound
from tests.support.engines import Stage
from tests.support.factories import a_flow

INPUT = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "qty": {"type": "integer"}, "rush": {"type": "boolean"}},
}
ECHO = {
    "ref": "echo",
    "appId": "var",
    "args": {"values": {"args": "{{ $args }}", "request": "{{ $request }}"}},
}


@dataclass
class Desk:
    """A channel with one route to one flow, and the way through it."""

    stage: Stage
    channel: Channel

    @property
    def engine(self) -> Engine:
        return self.stage.engine

    def submit(self, request: StartRequest, seconds: float) -> Outcome:
        return start_here(self.engine, request, seconds)

    def ask(self, inbound: Inbound) -> Answer:
        return handle(self.engine, self.channel, inbound, self.submit)

    def play_of(self, answer: Answer) -> Play:
        return self.stage.load(answer.headers["X-Flow8-Play"])


def serve(stage: Stage, flow: dict[str, Any], **route: Any) -> Desk:
    record = stage.publish(flow)
    made = a_route(**{"target_flow_ids": (record.id,), "timeout_seconds": 20.0, **route})
    return Desk(stage, a_channel(made, company_id=stage.company_id))


def error_of(answer: Answer) -> tuple[int, str]:
    value = json.loads(answer.body)
    assert value["statusCode"] == answer.status
    assert len(value["requestId"]) == 24
    return answer.status, value["error"]


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """`POST /orders` plays a flow that gives back what it saw."""
    return serve(stage, a_flow(ECHO, input=INPUT))


def test_a_request_plays_its_flow_and_answers_the_output(desk: Desk) -> None:
    answer = desk.ask(an_inbound(b'{"id": "A", "qty": 2}'))

    output = json.loads(answer.body)
    assert (answer.status, output["args"]) == (200, {"id": "A", "qty": 2})
    assert (output["request"]["method"], output["request"]["path"]) == ("POST", "/orders")


def test_the_play_keeps_where_it_came_from(desk: Desk) -> None:
    answer = desk.ask(an_inbound(b'{"id": "A"}'))

    play = desk.play_of(answer)
    assert (play.state, play.origin.door, play.origin.actor, play.origin.ip) == (
        PlayState.DONE,
        "channel",
        "Orders",
        "192.0.2.7",
    )
    assert play.origin.request_id


def test_neither_the_token_nor_our_session_is_stored_anywhere(desk: Desk) -> None:
    answer = desk.ask(an_inbound(b'{"id": "A"}', {"cookie": "sid=session-secret; theme=dark"}))

    row = desk.engine.store.database["plays"].find_one({"_id": answer.headers["X-Flow8-Play"]})
    assert "theme=dark" in str(row)
    assert "session-secret" not in str(row)
    assert "a-token-of-the-tests" not in str(row)


def test_query_and_path_take_the_types_of_the_input(stage: Stage) -> None:
    desk = serve(stage, a_flow(ECHO, input=INPUT), http_method="GET", path="/orders/{id}/{qty}")

    answer = desk.ask(an_inbound(method="GET", path="/orders/7/3", query="rush=true"))

    assert json.loads(answer.body)["args"] == {"id": "7", "qty": 3, "rush": True}


def test_args_that_break_the_input_are_listed(desk: Desk) -> None:
    answer = desk.ask(an_inbound(b'{"qty": "two"}'))

    assert error_of(answer) == (422, "INVALID")
    assert sorted(detail["path"] for detail in json.loads(answer.body)["details"]) == ["args.id", "args.qty"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"headers": {"authorization": "Bearer wrong"}}, (401, "UNAUTHORIZED")),
        ({"path": "/nowhere"}, (404, "ROUTE_NOT_FOUND")),
        ({"method": "GET"}, (405, "METHOD_NOT_ALLOWED")),
        ({"body": b'{"id": '}, (400, "MALFORMED")),
        ({"body": b"x", "headers": {"content-type": "image/png"}}, (415, "UNSUPPORTED_MEDIA_TYPE")),
        ({"headers": {"idempotency-key": "k" * 201}}, (400, "MALFORMED")),
        ({"headers": {"idempotency-key": "mcp/k/1"}}, (400, "MALFORMED")),
    ],
)
def test_a_bad_request_starts_nothing(desk: Desk, changes: dict[str, Any], error: tuple[int, str]) -> None:
    answer = desk.ask(an_inbound(**changes))

    assert error_of(answer) == error
    assert desk.engine.store.database["plays"].count_documents({}) == 0


def test_who_may_not_come_in_does_not_learn_the_routes(desk: Desk) -> None:
    answer = desk.ask(an_inbound(path="/nowhere", headers={"authorization": ""}))

    assert error_of(answer) == (401, "UNAUTHORIZED")


def test_a_refusal_is_known_before_the_body_is_read(desk: Desk) -> None:
    early = enter(desk.engine, desk.channel, an_inbound(path="/nowhere"))

    assert isinstance(early, Answer)
    assert error_of(early) == (404, "ROUTE_NOT_FOUND")
    assert isinstance(enter(desk.engine, desk.channel, an_inbound()), Found)


def test_a_disabled_flow_is_not_available(stage: Stage) -> None:
    desk = serve(stage, a_flow(enabled=False))

    answer = desk.ask(an_inbound(b"{}"))

    assert error_of(answer) == (503, "FLOW_DISABLED")
    assert answer.headers["Retry-After"] == "5"


def test_a_flow_that_was_never_published_is_not_available(stage: Stage) -> None:
    record = stage.engine.store.flows.create(stage.company_id, a_flow(), "test")
    channel = a_channel(a_route(target_flow_ids=(record.id,)), company_id=stage.company_id)

    answer = Desk(stage, channel).ask(an_inbound(b"{}"))

    assert error_of(answer) == (503, "FLOW_NOT_PUBLISHED")


def test_a_flow_of_another_company_is_not_there(desk: Desk) -> None:
    desk.channel = replace(desk.channel, company_id="1" * 24)

    answer = desk.ask(an_inbound(b'{"id": "A"}'))

    assert error_of(answer) == (503, "FLOW_NOT_FOUND")


def test_a_channel_that_was_switched_off_answers_so(desk: Desk) -> None:
    desk.channel = replace(desk.channel, enabled=False)

    answer = desk.ask(an_inbound(b'{"id": "A"}'))

    assert error_of(answer) == (503, "CHANNEL_DISABLED")


def test_an_async_route_answers_at_once_and_leaves_the_play_to_the_queue(stage: Stage) -> None:
    desk = serve(stage, a_flow(), response_mode="async")

    answer = desk.ask(an_inbound(b'{"n": 1}'))

    play = desk.play_of(answer)
    assert (answer.status, json.loads(answer.body)) == (202, {"playId": play.id, "status": "queued"})
    assert (play.state, play.lease) == (PlayState.NEW, None)


def test_an_async_route_may_play_several_flows(stage: Stage) -> None:
    first, second = stage.publish(a_flow(flow="one")), stage.publish(a_flow(flow="two"))
    route = a_route(response_mode="async", target_flow_ids=(first.id, second.id))
    desk = Desk(stage, a_channel(route, company_id=stage.company_id))

    answer = desk.ask(an_inbound(b'{"n": 1}'))

    plays = [stage.load(play_id) for play_id in json.loads(answer.body)["playIds"]]
    assert [play.flow for play in plays] == ["one", "two"]


def test_a_sync_route_to_several_flows_starts_none(stage: Stage) -> None:
    first, second = stage.publish(a_flow(flow="one")), stage.publish(a_flow(flow="two"))
    route = a_route(target_flow_ids=(first.id, second.id))
    desk = Desk(stage, a_channel(route, company_id=stage.company_id))

    answer = desk.ask(an_inbound(b'{"n": 1}'))

    assert error_of(answer) == (503, "ROUTE_UNFIT")
    assert stage.engine.store.database["plays"].count_documents({}) == 0


def test_a_play_that_takes_longer_goes_on_and_its_caller_is_told_where(stage: Stage) -> None:
    slow = {"ref": "slow", "appId": "var", "deferAfterMs": 2000, "args": {"values": {"n": 1}}}
    desk = serve(stage, a_flow(slow), timeout_seconds=0.2)

    answer = desk.ask(an_inbound(b"{}"))

    value = json.loads(answer.body)
    assert (answer.status, value["state"]) == (202, "RUN")
    assert value["url"].endswith(f"/api/v1/plays/{value['playId']}")
    assert desk.play_of(answer).state is PlayState.RUN


def test_a_failed_play_says_so_without_its_reason(stage: Stage) -> None:
    desk = serve(stage, a_flow({"ref": "bad", "appId": "var", "args": {"values": {"n": "{{ 1 / 0 }}"}}}))

    answer = desk.ask(an_inbound(b"{}"))

    play = desk.play_of(answer)
    assert (answer.status, json.loads(answer.body)) == (500, {"error": "PLAY_FAILED", "playId": play.id})
    assert play.error is not None


def respond(status: int) -> dict[str, Any]:
    return {"ref": "out", "appId": "respond", "args": {"status": status, "body": "{{ $args.word }}"}}


def test_a_respond_flowlet_sets_the_answer(stage: Stage) -> None:
    desk = serve(stage, a_flow(respond(418)))

    answer = desk.ask(an_inbound(b'{"word": "teapot"}'))

    assert (answer.status, answer.body) == (418, b"teapot")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert desk.play_of(answer).state is PlayState.DONE


def test_the_same_key_gives_the_same_play_and_the_same_answer(desk: Desk) -> None:
    inbound = an_inbound(b'{"id": "A"}', {"idempotency-key": "k1"})

    first, second = desk.ask(inbound), desk.ask(inbound)

    assert (second.status, second.headers, second.body) == (first.status, first.headers, first.body)
    assert desk.engine.store.database["plays"].count_documents({}) == 1


def test_the_same_key_with_other_args_is_a_conflict(desk: Desk) -> None:
    desk.ask(an_inbound(b'{"id": "A"}', {"idempotency-key": "k1"}))

    answer = desk.ask(an_inbound(b'{"id": "B"}', {"idempotency-key": "k1"}))

    assert error_of(answer) == (409, "IDEMPOTENCY_MISMATCH")


def test_a_key_may_be_used_again_after_an_answer_that_blames_the_caller(stage: Stage) -> None:
    desk = serve(stage, a_flow(respond(404)))
    headers = {"idempotency-key": "k1"}

    first = desk.ask(an_inbound(b'{"word": "one"}', headers))
    second = desk.ask(an_inbound(b'{"word": "two"}', headers))

    assert [(answer.status, answer.body) for answer in (first, second)] == [(404, b"one"), (404, b"two")]
    assert first.headers["X-Flow8-Play"] != second.headers["X-Flow8-Play"]


def test_a_door_may_know_the_flow_already(desk: Desk) -> None:
    asked = []
    known = desk.engine.store.flows.find(desk.stage.company_id, desk.channel.routes[0].target_flow_ids[0])

    def find(company_id: str, flow_id: str) -> Any:
        asked.append((company_id, flow_id))
        return known

    answer = handle(desk.engine, desk.channel, an_inbound(b'{"id": "A"}'), desk.submit, find)

    assert answer.status == 200
    assert asked == [(desk.stage.company_id, desk.channel.routes[0].target_flow_ids[0])]


def test_a_queued_play_is_performed_like_any_other(stage: Stage) -> None:
    desk = serve(stage, a_flow(), response_mode="async")
    answer = desk.ask(an_inbound(b'{"n": 7}'))

    perform(desk.engine, answer.headers["X-Flow8-Play"])

    assert desk.play_of(answer).output == {"n": 7}
