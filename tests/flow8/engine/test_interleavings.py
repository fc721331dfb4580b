"""An approval, an event, a child's end, a cancellation that come while a branch is leased: none is lost."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from flow8.domain.access import RIGHTS, Actor, Role
from flow8.domain.play import Play, PlayState, is_finished
from flow8.engine.perform import perform
from flow8.errors import Conflict
from flow8.services import hands
from flow8.services.approvals import decide
from flow8.store.flows import FlowRecord
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.sizes import sized
from tests.support.system import until

SEED = 20260404
INTERLEAVINGS = sized(100, 1000)
AT_ONCE = 8
CANCELLED_ONES = 0.3
LONGEST_PAUSE = 0.25


def flows(stage: Stage) -> FlowRecord:
    """A flow with a slow branch beside an approval, an event and a subflow; and that subflow."""
    slow = {"effect": "read", "seconds": "{{ $args.seconds }}"}
    stage.publish(a_flow(stage.probe("child", value="told", **slow), flow="child"))
    sub = {"flow": "child", "args": {"seconds": "{{ $args.childSeconds }}"}}
    branches = [
        stage.probe("slow", **slow),
        stage.probe("pay", effect="none", flowlet={"needsApproval": True}),
        {"ref": "event", "appId": "wait-for-event", "args": {"key": "k"}},
        {"ref": "sub", "appId": "subflow", "args": sub},
    ]
    refs = [branch["ref"] for branch in branches]
    join = {"ref": "join", "appId": "var", "args": {"values": {"n": 1}}, "after": refs}
    return stage.publish(a_flow(*({**branch, "after": []} for branch in branches), join))


@dataclass
class Interleaving:
    """One play, two workers that take it whenever they can, and the hands that come at random moments."""

    stage: Stage
    actor: Actor
    play_id: str
    rng: random.Random
    cancel_was_taken: bool = False

    def run(self) -> None:
        """Let everything happen at once, and return when the play and its child are over."""
        deeds: list[Callable[[], Any]] = [self._approve, self._send_event]
        if self.rng.random() < CANCELLED_ONES:
            deeds.append(self._cancel)
        moments = [self.rng.uniform(0, LONGEST_PAUSE) for _ in deeds]
        threads = [
            threading.Thread(target=self._later, args=pair) for pair in zip(moments, deeds, strict=True)
        ]
        threads += [threading.Thread(target=self._work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _later(self, seconds: float, deed: Callable[[], Any]) -> None:
        time.sleep(seconds)
        deed()

    def _work(self) -> None:
        """Take what can be taken, as rung workers would, until all is over."""
        end = time.monotonic() + 30  # a parent that was not told would look by itself after a minute
        while time.monotonic() < end and (ids := self._unfinished()):
            for play_id in ids:
                perform(self.stage.engine, play_id)

    def _unfinished(self) -> list[str]:
        family = {"$or": [{"_id": self.play_id}, {"parent.playId": self.play_id}]}
        rows = self.stage.engine.store.database["plays"].find(family, {"state": 1})
        return [row["_id"] for row in rows if not is_finished(PlayState(row["state"]))]

    def _approve(self) -> None:
        self._insist(lambda: decide(self.stage.engine, self.actor, self.play_id, "pay", decision="approved"))

    def _send_event(self) -> None:
        self._insist(lambda: hands.send_event(self.stage.engine, self.actor, self.play_id, "k", "came"))

    def _cancel(self) -> None:
        try:
            hands.cancel(self.stage.engine, self.actor, self.play_id)
        except Conflict:
            return
        self.cancel_was_taken = True

    def _insist(self, deed: Callable[[], Any]) -> None:
        """Until it is taken, or the play is over because it was cancelled."""

        def taken() -> bool:
            try:
                deed()
            except Conflict:
                return self.play_id not in self._unfinished()
            return True

        until(taken, 60, what="a hand")


def what_is_wrong(interleaving: Interleaving, play: Play, child: dict[str, Any] | None) -> str | None:
    """Whether something that was taken was lost."""
    if interleaving.cancel_was_taken:
        gone_on = play.state is not PlayState.CANCELLED
        return f"cancelled, and yet {play.state}" if gone_on else None
    outputs = {ref: layer.output for ref, layer in play.layers.items()}
    if play.state is not PlayState.DONE:
        return f"ended as {play.state}: {play.error}"
    if outputs["event"] != "came" or outputs["sub"]["value"] != "told":
        return f"outputs are {outputs}"
    return None if child and child["state"] == "DONE" else f"the child is {child}"


def test_nothing_that_is_asked_of_a_leased_play_is_lost(stage: Stage) -> None:
    flow, rng = flows(stage), random.Random(SEED)
    actor = Actor(stage.company_id, "ana", RIGHTS[Role.ADMIN], "test")

    def one(seed: int) -> str | None:
        own = random.Random(seed)
        args = {"seconds": own.uniform(0, LONGEST_PAUSE), "childSeconds": own.uniform(0, LONGEST_PAUSE)}
        interleaving = Interleaving(stage, actor, stage.accept(flow, args), own)
        interleaving.run()
        child = stage.engine.store.database["plays"].find_one({"parent.playId": interleaving.play_id})
        wrong = what_is_wrong(interleaving, stage.load(interleaving.play_id), child)
        return None if wrong is None else f"seed {seed}: {wrong}"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(one, [rng.randrange(2**32) for _ in range(INTERLEAVINGS)]))

    assert [each for each in found if each is not None] == []
    assert stage.engine.store.database["plays"].count_documents({"wishes.0": {"$exists": True}}) == 0
