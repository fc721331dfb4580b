"""The killer: carries out the plan, and brings back the servers that flow8 does not start itself."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench import processes
from bench.chaos.evidence import Kill
from bench.chaos.plan import Planned, Victim
from bench.chaos.stage import Stage

PROGRAMS = {
    Victim.WORKER: "worker",
    Victim.WORKER_MASTER: "worker",
    Victim.WEB: "web",
    Victim.SCHEDULER: "scheduler",
}

LATE_SECONDS = 30.0
"""A kill that found nobody at work for so long takes whoever lives."""


@dataclass
class Killer:
    """Call `step` again and again, in the main thread: the servers that it starts end with their starter."""

    stage: Stage
    plan: Sequence[Planned]
    began: float
    kills: list[Kill] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._left = list(self.plan)
        self._returns: list[tuple[float, Callable[[], object]]] = []
        self._at_work: set[int] = set()
        self._read = 0

    @property
    def is_done(self) -> bool:
        """Whether all that was planned is dead, and every server is started again."""
        return not self._left and not self._returns

    def step(self) -> None:
        """Do what is due. A victim that does not live right now waits for its next life."""
        now = time.monotonic()
        for due in [each for each in self._returns if each[0] <= now]:
            self._returns.remove(due)
            due[1]()
        for planned in [each for each in self._left if self.began + each.at <= now]:
            pids = self._kill(planned)
            if pids:
                self._left.remove(planned)
                self.kills.append(Kill(time.monotonic(), planned.victim, pids))

    def _kill(self, planned: Planned) -> tuple[int, ...]:
        if planned.victim is Victim.MONGODB:
            return self._kill_mongodb(planned)
        if planned.victim is Victim.RABBITMQ:
            return self._kill_rabbitmq(planned)
        pids = self._alive(planned.victim)
        if planned.at_work and planned.victim in (Victim.WORKER, Victim.WORKER_MASTER):
            pids = self._those_at_work(pids, planned)
        return _kill_family(pids[int(planned.pick * len(pids))], pids) if pids else ()

    def _alive(self, victim: Victim) -> list[int]:
        pids = self.stage.system.pids(PROGRAMS[victim])
        if victim not in (Victim.WORKER, Victim.WORKER_MASTER):
            return pids
        under = {pid for each in pids for pid in processes.descendants(each)}
        return [pid for pid in pids if (pid in under) is (victim is Victim.WORKER)]

    def _those_at_work(self, pids: list[int], planned: Planned) -> list[int]:
        """Those that have begun a flowlet, themselves or their child, unless that takes too long."""
        if time.monotonic() > self.began + planned.at + LATE_SECONDS:
            return pids
        with self.stage.log.open("rb") as log:
            log.seek(self._read)
            fresh = log.read().rpartition(b"\n")[0]
        self._read += len(fresh) + bool(fresh)
        self._at_work |= {int(line.split()[1]) for line in fresh.splitlines()}
        return [pid for pid in pids if self._at_work.intersection({pid, *processes.descendants(pid)})]

    def _kill_mongodb(self, planned: Planned) -> tuple[int, ...]:
        server = self.stage.mongodb
        if (
            any(back == self._mongodb_is_back for _, back in self._returns)
            or server.process.poll() is not None
        ):
            return ()
        server.process.kill()
        server.process.wait()
        self._returns.append((time.monotonic() + planned.outage, self._mongodb_is_back))
        return (server.process.pid,)

    def _mongodb_is_back(self) -> None:
        left = self.stage.mongodb.keep_alive()
        if left is not None:
            self._returns.append((time.monotonic() + left, self._mongodb_is_back))

    def _kill_rabbitmq(self, planned: Planned) -> tuple[int, ...]:
        node = self.stage.rabbitmq
        pids = node.kill() if node is not None else ()
        if pids and node is not None:
            self._returns.append((time.monotonic() + planned.outage, node.launch))
        return pids


def _kill_family(pid: int, others: Sequence[int]) -> tuple[int, ...]:
    """Kill one process; it, its children, and the master under which it is ended, die together."""
    family = {pid, *processes.descendants(pid)}
    family |= {other for other in others if pid in processes.descendants(other)}
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return tuple(sorted(family))
