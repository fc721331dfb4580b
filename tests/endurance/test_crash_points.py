"""A worker may die at any point of any layer: what is committed is done once, and the play finishes."""

import multiprocessing
import signal
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.play import Layer, LayerState, Play, PlayState, layer_is_finished
from flow8.engine.perform import perform
from tests.support.crashing import POINTS, perform_and_die
from tests.support.engines import Stage
from tests.support.sizes import sized

ROUNDS = sized(1, 20)
LAYERS = ("first", "x#0", "y#0", "x#1", "y#1", "x#2", "y#2", "big", "beside", "last")

forkserver = multiprocessing.get_context("forkserver")
forkserver.set_forkserver_preload(["tests.support.crashing"])


def a_flow_with_a_loop_and_a_branch(stage: Stage, parallel: int) -> dict[str, Any]:
    big = {"leftValue": "{{ $prev.route.route }}", "operator": "eq", "rightValue": "big"}
    small = {**big, "rightValue": "small"}
    loop = {"items": [1, 2, 3], "parallel": parallel}
    routes = [{"label": "big", "condition": "{{ $prev.each.done == 3 }}"}]

    def probe(ref: str, *after: str, **more: Any) -> dict[str, Any]:
        return stage.probe(ref, flowlet={"after": list(after), **more})

    flowlets = [
        probe("first"),
        {"ref": "each", "appId": "iterator", "after": ["first"], "args": loop},
        probe("x", inside="each"),
        probe("y", "x", inside="each"),
        {
            "ref": "route",
            "appId": "router",
            "after": ["each"],
            "args": {"routes": routes, "default": "small"},
        },
        probe("big", "route", filters=[big]),
        probe("small", "route", filters=[small]),
        probe("beside", "route"),
        probe("last", "big", "small", "beside"),
    ]
    return {"flow": f"crashes-{parallel}", "name": "Crashes", "flowlets": flowlets}


def committed(stage: Stage, play: Play) -> set[str]:
    """The layers whose end is written."""
    rows = stage.engine.store.iterations.layers(stage.company_id, play.id, ["each"])
    counted = play.layers["each"].loop if "each" in play.layers else None
    begun = set(range(counted.next)) - set(counted.open) if counted else set()
    settled = {layer.id for layer in rows if int(layer.id.partition("#")[2]) in begun}
    return settled | {layer.id for layer in play.layers.values() if layer_is_finished(layer.state)}


def let_the_lease_run_out(stage: Stage, play_id: str) -> None:
    past = utc_now() - timedelta(seconds=1)
    stage.engine.store.database["plays"].update_one(
        {"_id": play_id, "lease": {"$exists": True}}, {"$set": {"lease.until": past, "dueAt": past}}
    )


@pytest.mark.parametrize("parallel", [1, 3])
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("layer_id", LAYERS)
def test_what_is_committed_is_done_once(stage: Stage, layer_id: str, point: str, parallel: int) -> None:
    flow = stage.publish(a_flow_with_a_loop_and_a_branch(stage, parallel))
    for _ in range(ROUNDS):
        stage.log.unlink(missing_ok=True)
        play_id = stage.accept(flow)

        dying = forkserver.Process(
            target=perform_and_die, args=(stage.engine.settings, play_id, layer_id, point)
        )
        dying.start()
        dying.join(30)
        left = stage.load(play_id)
        settled, started = committed(stage, left), {each.id for each in left.layers.values() if runs(each)}
        let_the_lease_run_out(stage, play_id)
        perform(stage.engine, play_id)

        assert dying.exitcode == -signal.SIGKILL
        assert stage.load(play_id).state is PlayState.DONE
        done = Counter(mark.removeprefix("end ") for mark in stage.marks() if mark.startswith("end "))
        assert set(done) == set(LAYERS)
        twice = {layer for layer, times in done.items() if times > 1}
        assert not twice & settled
        assert twice <= started
        assert max(done.values()) <= 2


def runs(layer: Layer) -> bool:
    """Whether it was started and is not finished."""
    return layer.state is LayerState.RUN
