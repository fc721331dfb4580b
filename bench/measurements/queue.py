"""Runs through the API that wait for their end: web, broker, worker, back; beside a bare queue stack."""

from collections.abc import Iterator

from bench.load import post
from bench.measurements.window import window
from bench.rows import RATE, Aim, Row
from bench.stage import Stage
from bench.work import THREE, answer_to, as_json

CALLERS = (10, 50)
SHARE = 0.6
WAIT_SECONDS = 30


def measure(stage: Stage) -> Iterator[Row]:
    """Bare and ours in turns."""
    front, system = stage.bare_front, stage.system
    bare = [post("/run", as_json(order), _Done(answer_to(order))) for order in stage.orders]
    ours = [
        system.run_call(str(THREE["flow"]), {"args": order, "wait": WAIT_SECONDS}, _Done(answer_to(order)))
        for order in stage.orders
    ]
    servers = (*system.pids("web"), *system.pids("worker"))
    bares = (*front.pids, *stage.bare_workers)
    for callers in CALLERS:
        yield Row(
            f"bare-queue-{callers}",
            f"bare queue stack: Flask, Dramatiq, 3 writes, {callers} callers",
            window(stage, front.port, bare, callers, bares),
        )
        yield Row(
            f"queue-{callers}",
            f"API with `wait`: 3 pure flowlets, {callers} callers",
            window(stage, system.web, ours, callers, servers),
            of=f"bare-queue-{callers}",
            aims=(Aim(RATE, at_least=SHARE, of=f"bare-queue-{callers}"),),
        )


class _Done:
    """Whether an answer is that of a play that is done, with this output."""

    def __init__(self, output: dict[str, object]) -> None:
        self._pieces = [b'"state":"DONE"', *(as_json({key: output[key]})[1:-1] for key in output)]

    def __call__(self, status: int, body: bytes) -> bool:
        return status == 200 and all(piece in body for piece in self._pieces)  # noqa: PLR2004 - HTTP's OK
