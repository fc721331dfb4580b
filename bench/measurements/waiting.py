"""1,000 plays that wait for a slow server at once, in a flow8 whose workers have the threads for it."""

import sys
import urllib.request
from collections.abc import Iterator

from bench import processes
from bench.faults import Wrong
from bench.load import load_of
from bench.plays import all_over
from bench.ports import free_port
from bench.rows import Aim, Row
from bench.stage import Stage
from bench.system import System
from bench.work import slow_call

PLAYS = 1000
THREADS = 600
CALLERS = 20
SECONDS = 6.0
QUICK_SECONDS = 1.0
LONGEST_SECONDS = 120.0
NAME = "waiting"


def measure(stage: Stage) -> Iterator[Row]:
    """What each play took beyond the time of the server, from its acceptance to its end."""
    count = stage.options.count(PLAYS)
    seconds = QUICK_SECONDS if stage.options.quick else SECONDS
    port = free_port()
    command = [sys.executable, "-m", "bench.slow_server", str(port), str(seconds)]
    server = processes.start(command, {}, stage.folder / "slow_server.txt")
    system = stage.system_of(NAME, WORKER_THREADS=str(THREADS))
    try:
        system.start()
        processes.until(lambda: processes.listens(port), LONGEST_SECONDS, "the slow server")
        _play(stage, system, f"http://127.0.0.1:{port}/", count)
        yield _row(stage, count, seconds, _most(port))
    finally:
        system.stop()
        processes.stop(server)
        stage.client.drop_database(NAME)


def _play(stage: Stage, system: System, url: str, count: int) -> None:
    flow = slow_call("bench-slow", url)
    system.publish(flow)
    call = system.run_call("bench-slow", {"args": {}}, lambda status, _: status == 202)  # noqa: PLR2004
    load_of(system.web, [call], callers=CALLERS, count=count)
    processes.until(lambda: all_over(stage, NAME), LONGEST_SECONDS, "the end of all plays")


def _most(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/most", timeout=10) as answer:
        return int(answer.read())


def _row(stage: Stage, count: int, seconds: float, most: int) -> Row:
    plays = list(stage.database(NAME)["plays"].find({}, {"state": 1, "createdAt": 1, "endedAt": 1}))
    done = [play for play in plays if play["state"] == "DONE"]
    if len(done) != count:
        raise Wrong(f"{len(done)} of {count} plays are done")
    beyond = sorted((play["endedAt"] - play["createdAt"]).total_seconds() - seconds for play in done)
    return Row(
        "waiting",
        f"{count} plays that wait {seconds:g} s for HTTP: time beyond it",
        {
            "p50_ms": 1000 * beyond[len(beyond) // 2],
            "p99_ms": 1000 * beyond[int(0.99 * len(beyond))],
            "at_once": float(most),
            "count": float(len(done)),
        },
        aims=(Aim("p99_ms", below=1000.0),),
    )
