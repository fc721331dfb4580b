"""A channel request through whatever door: guard, route, args, play, answer."""

import logging
from functools import partial
from typing import Any

from config.log_ids import About
from flow8.domain.file_value import is_file_value
from flow8.domain.play import KEYS_OF_OURS, Origin
from flow8.domain.routes import Found
from flow8.engine.engine import Engine
from flow8.engine.start import Outcome, StartRequest, start
from flow8.errors import Conflict, Flow8Error, Malformed, NotFound, Unavailable
from flow8.files import Opened
from flow8.ids import new_id
from flow8.ingress.answers import answer_of, queued, refusal
from flow8.ingress.args import args_of
from flow8.ingress.body import fields_of, read_body
from flow8.ingress.exchange import Answer, Content, FindFlow, Inbound, Submit
from flow8.ingress.guard import admit
from flow8.ingress.once import let_in_once
from flow8.ingress.route import match
from flow8.ingress.seen import request_of
from flow8.services.channel_rules import SYNC
from flow8.store.channels import Channel, Route
from flow8.store.database import faults_in_words
from flow8.store.flows import FlowRecord

LONGEST_KEY = 200
CALLERS_FAULT = range(400, 500)
NOT_NOW = frozenset({"FLOW_DISABLED", "FLOW_NOT_PUBLISHED"})

log = logging.getLogger("channels")


def enter(engine: Engine, channel: Channel, inbound: Inbound) -> Found[Route] | Answer:
    """The route that method, path and headers ask for, or the refusal that they are worth.

    A door asks before it reads a body that nobody may want.
    """
    try:
        return let_in(engine, channel, inbound)
    except Flow8Error as error:
        return refusal(error, new_id())


def handle(
    engine: Engine,
    channel: Channel,
    inbound: Inbound,
    submit: Submit,
    find_flow: FindFlow | None = None,
    found: Found[Route] | None = None,
) -> Answer:
    """Answer one request, to the route that was `found` when it was let in.

    `submit` plays the flow of a `sync` route; `async` routes go through the queue. `find_flow` is for doors
    that keep flows at hand; without it the store is asked. The limit of the body is the door's.
    """
    request_id = new_id()
    try:
        with About(company_id=channel.company_id, request_id=request_id):
            found = found or let_in(engine, channel, inbound)
            with let_in_once(engine, channel, inbound, starts_one=len(found.route.target_flow_ids) == 1):
                wish = _Wish(engine, channel, inbound, found, request_id)
                flows = [flow_of(engine, channel, each, find_flow) for each in found.route.target_flow_ids]
                return _play(engine, wish, flows, submit)
    except Flow8Error as error:
        return refusal(error, request_id)


def let_in(engine: Engine, channel: Channel, inbound: Inbound) -> Found[Route]:
    """The same as `enter`.

    Raises:
        Unauthorized: it may not come in.
        Unavailable: CHANNEL_DISABLED, or its token cannot be opened.
        NotFound: ROUTE_NOT_FOUND.
        WrongMethod: the path is served for other methods.
    """
    admit(engine.vault, channel, inbound.headers)
    if not channel.enabled:
        raise Unavailable("This channel is switched off.", code="CHANNEL_DISABLED")
    return match(channel, inbound.method, inbound.path)


class _Wish:
    """A request, read; `of` makes of it the wish that one flow be played."""

    def __init__(
        self, engine: Engine, channel: Channel, inbound: Inbound, found: Found[Route], request_id: str
    ) -> None:
        self.route = found.route
        self._engine = engine
        self._params = found.params
        self._query = fields_of(inbound.query)
        self._content: Content = read_body(inbound)
        self.key = _key(inbound)
        self._origin = Origin("channel", actor=channel.name, ip=inbound.ip, request_id=request_id)
        self._request: dict[str, Any] = request_of(inbound, self._content, self._query, self._params)

    def of(self, flow: FlowRecord) -> StartRequest:
        """The wish, with the args as this flow's `input` wants them."""
        args = args_of(self._content, self._query, self._params, input_of(self._engine, flow))
        return StartRequest(
            flow,
            args,
            self._origin,
            idempotency_key=self.key,
            request=self._request,
            files=self._content.files,
        )


def _key(inbound: Inbound) -> str | None:
    key = inbound.headers.get("idempotency-key", "").strip()
    if len(key) > LONGEST_KEY:
        raise Malformed(f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
    if key.startswith(KEYS_OF_OURS):
        ours = " or ".join(KEYS_OF_OURS)
        raise Malformed(f"An Idempotency-Key must not begin with {ours}, as flow8's own keys do.")
    return key or None


def flow_of(engine: Engine, channel: Channel, flow_id: str, find_flow: FindFlow | None) -> FlowRecord:
    """The flow that a route leads to.

    Raises:
        Unavailable: FLOW_NOT_FOUND.
    """
    with faults_in_words():
        find = find_flow or engine.store.flows.find
        flow = find(channel.company_id, flow_id)
    if flow is None:
        raise Unavailable("The flow of this route is gone.", code="FLOW_NOT_FOUND")
    return flow


def input_of(engine: Engine, flow: FlowRecord) -> dict[str, Any] | None:
    """The `input` of the flow's published version."""
    if not flow.published:
        return None
    with faults_in_words():
        return engine.flows.get(flow.company_id, flow.id, flow.published).flow.input


def _play(engine: Engine, wish: _Wish, flows: list[FlowRecord], submit: Submit) -> Answer:
    if wish.route.response_mode != SYNC:
        return queued(outcomes_of(engine, wish.route, [wish.of(flow) for flow in flows], submit))
    [outcome] = outcomes_of(engine, wish.route, [wish.of(flow) for flow in flows], submit)
    return _answer(engine, wish, flows[0], outcome)


def outcomes_of(engine: Engine, route: Route, wishes: list[StartRequest], submit: Submit) -> list[Outcome]:
    """The plays of a route: one that `submit` waited for, or those that an `async` route started.

    Raises:
        Unavailable: a flow cannot be played for now, or the route cannot answer.
        Flow8Error: as the engine does.
    """
    try:
        if route.response_mode != SYNC:
            return [start(engine, wish) for wish in wishes]
        if len(wishes) != 1:
            raise Unavailable("A route that answers with an output plays one flow.", code="ROUTE_UNFIT")
        return [submit(wishes[0], route.timeout_seconds)]
    except Conflict as error:
        if error.error_code in NOT_NOW:
            raise Unavailable(error.message, code=error.error_code) from None
        raise
    except NotFound as error:
        raise Unavailable(error.message, code=error.error_code) from None


def _answer(engine: Engine, wish: _Wish, flow: FlowRecord, outcome: Outcome) -> Answer:
    url = f"{engine.settings.public_url}/api/v1/plays/{outcome.play_id}"
    answer = answer_of(outcome, url, partial(_opened, engine, flow.company_id, outcome.play_id))
    if wish.key is not None and outcome.finished and answer.status in CALLERS_FAULT:
        with faults_in_words():
            engine.store.plays.forget_key(flow.company_id, outcome.play_id)
    return answer


def _opened(engine: Engine, company_id: str, play_id: str, value: Any) -> Opened | None:
    """The file that a value stands for; None when there is none that the play may use."""
    if not is_file_value(value):
        return None
    try:
        record = engine.files.find(company_id, value["id"])
        if record is None or play_id not in record.play_ids or record.value != value:
            return None
        return engine.files.open(record)
    except (NotFound, Unavailable) as error:
        log.warning("the answer of play %s cannot be the file '%s': %s", play_id, value["id"], error.message)
        return None
