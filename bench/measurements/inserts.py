"""What MongoDB itself does: journaled inserts, one by one, by four clients in processes of their own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

from bench import processes
from bench.faults import Wrong
from bench.rows import RATE, Row
from bench.stage import Stage

CLIENTS = 4
QUICK_SECONDS = 0.2


def measure(stage: Stage) -> Iterator[Row]:
    """Start four, let them go together, add up what they did."""
    seconds = QUICK_SECONDS if stage.options.quick else stage.options.seconds
    command = [sys.executable, "-m", "bench.bare.inserts", str(seconds)]
    with ExitStack() as until_the_end:
        clients = [_client(stage, command, until_the_end) for _ in range(CLIENTS)]
        for client in clients:
            _line(client)
        for client in clients:
            _go(client)
        count = sum(int(_line(client)) for client in clients)
    yield Row(
        "bare-inserts",
        f"bare: journaled inserts, {CLIENTS} clients",
        {RATE: count / seconds, "count": float(count)},
    )


def _client(stage: Stage, command: list[str], until_the_end: ExitStack) -> subprocess.Popen[str]:
    client = subprocess.Popen(
        command,
        env=processes.environment(stage.bare_settings()),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return until_the_end.enter_context(client)


def _go(client: subprocess.Popen[str]) -> None:
    if client.stdin is not None:
        client.stdin.write("go\n")
        client.stdin.flush()


def _line(client: subprocess.Popen[str]) -> str:
    line = "" if client.stdout is None else client.stdout.readline()
    if not line:
        raise Wrong("a client of bare inserts ended; look at what it wrote above")
    return line
