"""A flow8 whose workers take turns, in this process."""

import contextlib
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from config.settings import Settings
from flow8.domain.play import Lease
from flow8.engine.accept import StartRequest, accept
from flow8.engine.claimed import perform_claimed
from flow8.engine.compiled import CompiledFlows
from flow8.engine.components import Components
from flow8.engine.engine import Engine
from flow8.engine.links import Links
from flow8.engine.lone import LoneProcesses
from flow8.engine.perform import perform
from flow8.errors import Unavailable
from flow8.files import room_of
from flow8.ids import new_id
from flow8.registry import Registry
from flow8.store import Store
from flow8.vault import vault_of
from tests.support.turn_doubles import Draining, PausingHeld, PausingPlays, Rings, StillClock, Told, Written
from tests.support.turns import GO_ON, WAITS, Job, pause

TURN_MODULES: Final = Path(__file__).parent / "turn_modules"


class Worker:
    """A worker process: an engine of its own over the common store, and what runs in it."""

    def __init__(self, stage: "TurnStage", *, is_lone: bool = False) -> None:
        self.is_dead = False
        self.jobs: list[Job] = []
        self.held = PausingHeld(stage.plays)
        self.engine = replace(
            stage.engine,
            held=self.held,
            draining=Draining(),
            lone=LoneWorkers(self),
            spawn=self._spawn,
            owner=f"test:{new_id()}",
        )
        self._stage = stage
        self._is_lone = is_lone
        self._lone: list[Worker] = []

    @property
    def takes_plays(self) -> bool:
        """Whether it hears rings."""
        return not (self.is_dead or self._is_lone or self.engine.draining.is_set())

    def die(self) -> None:
        """As kill -9 ends a process, and those that end with it."""
        self.is_dead = True
        for each in self._lone:
            each.die()
        for job in self.jobs:
            job.die()

    def take(self, play_id: str) -> Job:
        """Begin to do what an actor does with a message."""
        return self._begin(Job(self._perform, play_id))

    def start_here(self, request: StartRequest) -> Job:
        """Begin to do what a worker does with a request to a channel."""
        return self._begin(Job(self._accept_and_perform, request))

    def start_lone(self) -> "Worker":
        """A process that ends with this one."""
        self._lone.append(self._stage.add_worker(is_lone=True))
        return self._lone[-1]

    def perform_held(self, play_id: str, token: str) -> Job:
        """Begin to do what a process does that performs one play alone, under the lease of its parent."""
        return self._begin(Job(self._perform_held, play_id, token))

    def _begin(self, job: Job) -> Job:
        self.jobs.append(job)
        return job

    def _spawn(self, work: Callable[..., None], *args: Any) -> None:
        self._begin(Job(work, *args, part_of=self._stage.in_turn.lease))

    def _perform(self, play_id: str) -> None:
        with contextlib.suppress(Unavailable):
            perform(self.engine, play_id)

    def _accept_and_perform(self, request: StartRequest) -> None:
        lease = Lease(self.engine.owner, new_id())
        with contextlib.suppress(Unavailable):
            play, _ = accept(self.engine, request, lease)
            self._stage.note(lease)
            perform_claimed(self.engine, play)

    def _perform_held(self, play_id: str, token: str) -> None:
        play = self.engine.store.plays.load(play_id)
        if play is not None and play.lease is not None and play.lease.token == token:
            self._stage.note(play.lease)
            with contextlib.suppress(Unavailable):
                perform_claimed(self.engine, play)


class LoneWorkers(LoneProcesses):
    """Processes of their own for plays that must be alone: workers that take turns as all others do."""

    def __init__(self, parent: Worker) -> None:
        super().__init__()
        self._parent = parent

    def prepare(self) -> bool:
        """Take a while to start a process."""
        pause(WAITS)
        return True

    def perform(self, play_id: str, token: str) -> int:
        """Wait for a worker that performs nothing but this play."""
        lone = self._parent.start_lone()
        job = lone.perform_held(play_id, token)
        while not job.is_over:
            pause(WAITS)
        return -signal.SIGKILL if lone.is_dead else 0


class TurnStage:
    """A flow8 whose parts take turns: its workers, its rings, its clock."""

    def __init__(self, settings: Settings, store: Store, registry: Registry) -> None:
        self.clock = StillClock()
        self.rings, self.told = Rings(), Told()
        self.writes: list[Written] = []
        self.workers: list[Worker] = []
        self.in_turn = Job(lambda: None)
        self.plays = PausingPlays(store, self.clock, self.writes, self.note)
        self.store = replace(store, clock=self.clock, plays=self.plays)
        vault = vault_of(settings, self.store)
        self.engine = Engine(
            settings=settings,
            store=self.store,
            registry=registry,
            bell=self.rings,
            live=self.told,
            held=PausingHeld(self.plays),
            flows=CompiledFlows(self.store, registry),
            components=Components(settings, self.store, registry, vault),
            links=Links(self.store, vault),
            owner="test:door",
            vault=vault,
            files=room_of(settings, self.store),
        )
        """What doors and the scheduler use."""

    @property
    def jobs(self) -> list[Job]:
        """All that is under way, in all workers."""
        return [job for worker in self.workers for job in worker.jobs if not job.is_over]

    def add_worker(self, *, is_lone: bool = False) -> Worker:
        """One more worker process."""
        self.workers.append(Worker(self, is_lone=is_lone))
        return self.workers[-1]

    def note(self, lease: Lease | None) -> None:
        """Whoever has the turn goes on under this lease."""
        self.in_turn.lease = lease

    def go_on(self, job: Job, answer: str = GO_ON) -> None:
        """Give a job a turn."""
        self.in_turn = job
        job.go_on(answer)
