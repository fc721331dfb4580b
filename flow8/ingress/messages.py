"""One message of a socket to one answer: the args, the play, what is told of it.

A message is a JSON object. Its `id` is the caller's; with the name of the client it is the idempotency key,
so that a message sent again after a broken connection is the same play.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from flow8.domain.play import Origin, PlayState
from flow8.domain.schema import coerce_scalars
from flow8.domain.values import to_text
from flow8.engine.engine import Engine
from flow8.engine.start import Outcome, StartRequest
from flow8.errors import Flow8Error, Malformed
from flow8.ids import new_id
from flow8.ingress.body import json_of
from flow8.ingress.exchange import FindFlow, Inbound, Submit
from flow8.ingress.handle import flow_of, input_of, outcomes_of
from flow8.ingress.seen import visible_headers
from flow8.services.channel_rules import SYNC
from flow8.store.channels import Channel, Route
from flow8.store.flows import FlowRecord

LONGEST_ID: Final = 200

Told = dict[str, Any]


@dataclass(frozen=True)
class Caller:
    """Who speaks: a client on a route, through the request that opened its connection.

    Without a name nothing of it is known beyond its connection.
    """

    route: Route
    client: str | None
    inbound: Inbound
    params: dict[str, str]
    query: dict[str, Any]

    @property
    def key(self) -> str:
        """What its answers are kept under."""
        return f"{self.route.id}/{self.client}"


@dataclass(frozen=True)
class Message:
    """A message as it came, read."""

    caller: Caller
    text: str
    value: dict[str, Any]
    id: str | int | float | None

    @property
    def name(self) -> str | None:
        """What stands for its id where ids are compared: numbers are not texts."""
        return None if self.id is None else to_text(self.id)


@dataclass(frozen=True)
class Said:
    """What is told of a message. It is `final` when the same message will never be told anything else."""

    told: Told
    final: bool
    status: int
    play_id: str | None = None
    error: str | None = None


def read_message(caller: Caller, text: str) -> Message:
    """A message of one line of JSON.

    Raises:
        Malformed: it is no JSON object, or its `id` is none.
    """
    value = json_of(text.encode(), "message")
    if not isinstance(value, dict):
        raise Malformed('A message is a JSON object: {"id": 1, ...}.')
    given = value.get("id")
    if isinstance(given, bool) or not isinstance(given, str | int | float | None):
        raise Malformed("The id of a message is a text or a number.")
    if isinstance(given, str) and len(given) > LONGEST_ID:
        raise Malformed(f"The id of a message has at most {LONGEST_ID} characters.")
    return Message(caller, text, value, given)


def answer_message(
    engine: Engine, channel: Channel, message: Message, submit: Submit, find_flow: FindFlow | None = None
) -> Said:
    """Play what the message asks for; `submit` plays the flow of a `sync` route."""
    route = message.caller.route
    try:
        flows = [flow_of(engine, channel, each, find_flow) for each in route.target_flow_ids]
        wishes = [_wish(engine, channel, message, flow) for flow in flows]
        outcomes = outcomes_of(engine, route, wishes, submit)
    except Flow8Error as error:
        return refused(message, error)
    if route.response_mode != SYNC:
        told: Told = {"id": message.id, "playId": outcomes[0].play_id, "status": "queued"}
        return Said(told, final=True, status=202, play_id=outcomes[0].play_id)
    url = f"{engine.settings.public_url}/api/v1/plays/{outcomes[0].play_id}"
    return _said(message, outcomes[0], url)


def refused(message: Message | None, error: Flow8Error) -> Said:
    """The answer to a message that started nothing; sent again, it may be told otherwise."""
    details = [{"path": problem.path, "message": problem.message} for problem in error.problems]
    told: Told = {
        "id": None if message is None else message.id,
        "error": error.error_code,
        "message": error.message,
        "details": details,
    }
    return Said(told, final=False, status=error.status, error=error.error_code)


def _said(message: Message, outcome: Outcome, url: str) -> Said:
    told: Told = {"id": message.id, "playId": outcome.play_id, "state": outcome.state.value}
    if not outcome.finished:
        return Said({**told, "url": url}, final=True, status=202, play_id=outcome.play_id)
    if outcome.state in (PlayState.FAIL, PlayState.CANCELLED):
        code = "PLAY_FAILED" if outcome.state is PlayState.FAIL else "PLAY_CANCELLED"
        return Said({**told, "error": code}, final=True, status=500, play_id=outcome.play_id, error=code)
    told["output"] = outcome.output
    status = 200
    if isinstance(outcome.reply, dict):
        status = int(outcome.reply.get("status") or status)
        told |= {"status": status, "output": outcome.reply.get("body")}
    return Said(told, final=True, status=status, play_id=outcome.play_id)


def _wish(engine: Engine, channel: Channel, message: Message, flow: FlowRecord) -> StartRequest:
    caller = message.caller
    schema = input_of(engine, flow)
    missing = {name: value for name, value in caller.params.items() if name not in message.value}
    args = {**message.value, **coerce_scalars(schema, missing)} if missing else message.value
    origin = Origin("channel", actor=channel.name, ip=caller.inbound.ip, request_id=new_id())
    return StartRequest(flow, args, origin, idempotency_key=_key(message), request=_request(message))


def _key(message: Message) -> str | None:
    if message.caller.client is None or message.name is None:
        return None
    # Hashed, so that no name of a client and no id can be made to look like another pair of them.
    whole = to_text([message.caller.route.id, message.caller.client, message.name])
    return f"message:{hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _request(message: Message) -> Told:
    caller = message.caller
    return {
        "method": "MESSAGE",
        "path": caller.inbound.path,
        "params": caller.params,
        "query": caller.query,
        "headers": visible_headers(caller.inbound.headers),
        "body": message.value,
        "rawBody": message.text,
        "ip": caller.inbound.ip,
        "client": caller.client,
    }
