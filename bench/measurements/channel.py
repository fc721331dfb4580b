"""Requests to a channel that are answered with the output of three pure flowlets, beside the bare stack."""

from collections.abc import Iterator

from bench.load import Call, post
from bench.measurements.window import window
from bench.rows import RATE, Aim, Row
from bench.stage import Stage
from bench.work import THREE, answer_to, as_json

CALLERS = (1, 10, 50)
SHARE = 0.6


def measure(stage: Stage) -> Iterator[Row]:
    """Bare and ours in turns, so that what else the machine does hits both."""
    stack, (port, token), workers = stage.bare_stack, stage.channel, stage.system.pids("worker")
    bare, ours = _calls(stage, "/"), _calls(stage, f"/{THREE['flow']}", Authorization=f"Bearer {token}")
    for callers in CALLERS:
        title = f"{callers} caller{'s' if callers > 1 else ''}"
        yield Row(
            f"bare-stack-{callers}",
            f"bare stack: answer, 2 journaled writes, {title}",
            window(stage, stack.port, bare, callers, stack.pids),
        )
        yield Row(
            f"channel-{callers}",
            f"channel: 3 pure flowlets, {title}",
            window(stage, port, ours, callers, workers),
            of=f"bare-stack-{callers}",
            aims=_aims(callers),
        )


def _aims(callers: int) -> tuple[Aim, ...]:
    share = Aim(RATE, at_least=SHARE, of=f"bare-stack-{callers}")
    return (share, Aim("p99_ms", below=20.0)) if callers == 10 else (share,)  # noqa: PLR2004 - the aim is for ten


def _calls(stage: Stage, path: str, **headers: str) -> list[Call]:
    return [post(path, as_json(order), _Is(as_json(answer_to(order))), **headers) for order in stage.orders]


class _Is:
    """Whether an answer is 200 with just these bytes."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __call__(self, status: int, body: bytes) -> bool:
        return (status, body) == (200, self._body)
