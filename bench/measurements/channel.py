"""Requests to a channel that are answered with the output of three pure flowlets, beside the bare stack."""

from collections.abc import Iterator

from bench.load import Call, post
from bench.measurements.window import window
from bench.rows import RATE, Aim, Row
from bench.stage import Stage
from bench.work import STORED_FIRST, THREE, answer_to, as_json

MIDDLE = 10
CALLERS = (1, MIDDLE, 50)
SHARE = 0.6


def measure(stage: Stage) -> Iterator[Row]:
    """Bare and ours in turns, so that what else the machine does hits both."""
    stack, (port, token), workers = stage.bare_stack, stage.channel, stage.system.pids("worker")
    bare, ours, first = (
        _calls(stage, "/"),
        _calls(stage, f"/{THREE['flow']}", Authorization=f"Bearer {token}"),
        _calls(stage, f"/{STORED_FIRST['flow']}", Authorization=f"Bearer {token}"),
    )
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
    yield Row(
        "channel-stored-first",
        f"channel: the same, stored before it begins, {MIDDLE} callers",
        window(stage, port, first, MIDDLE, workers),
        of=f"bare-stack-{MIDDLE}",
    )


def _aims(callers: int) -> tuple[Aim, ...]:
    share = Aim(RATE, at_least=SHARE, of=f"bare-stack-{callers}")
    return (share, Aim("p99_ms", below=20.0)) if callers == MIDDLE else (share,)


def _calls(stage: Stage, path: str, **headers: str) -> list[Call]:
    return [post(path, as_json(order), _Is(as_json(answer_to(order))), **headers) for order in stage.orders]


class _Is:
    """Whether an answer is 200 with just these bytes."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __call__(self, status: int, body: bytes) -> bool:
        return (status, body) == (200, self._body)
