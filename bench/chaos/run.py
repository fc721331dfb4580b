"""One run: start everything, let the storm pass, wait for quiet, gather the evidence."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import processes
from bench.chaos.checker import check
from bench.chaos.clients import Clients
from bench.chaos.evidence import Evidence, read_log
from bench.chaos.killer import Killer
from bench.chaos.options import Options
from bench.chaos.plan import kills_of, orders_of
from bench.chaos.report import Report
from bench.chaos.stage import Stage

Tell = Callable[[str], None]

LOOK_SECONDS = 0.05
QUIET_LOOK_SECONDS = 0.5
WEB_SECONDS = 30.0
TELL_EVERY = 10.0


def run(options: Options, tell: Tell = lambda _: None) -> Report:
    """Make a storm and judge it; `tell` hears what is going on.

    With `options.folder` all that flow8 wrote stays there, to be looked at; without it nothing stays.

    Raises:
        NotHere: this machine lacks something, RabbitMQ say.
        Wrong: flow8 does not start, or does not come back.
        Flow8Error: there is no MongoDB to be started.
    """
    with _ground(options) as folder, Stage(options, folder) as stage:
        tell("starting flow8 ...")
        evidence = _Storm(options, stage, tell).evidence()
        return Report.of(options, evidence, check(evidence), folder)


@contextmanager
def _ground(options: Options) -> Iterator[Path]:
    if options.folder is not None:
        options.folder.mkdir(parents=True, exist_ok=True)
        yield Path(tempfile.mkdtemp(prefix="f8c-", dir=options.folder))
        return
    folder = Path(tempfile.mkdtemp(prefix="f8c-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Storm:
    """The clients ask in threads; the killer works here, in the main thread."""

    def __init__(self, options: Options, stage: Stage, tell: Tell) -> None:
        self._options, self._stage, self._tell = options, stage, tell
        self._clients = Clients(stage.start(), orders_of(options))
        self._began = time.monotonic()
        self._killer = Killer(stage, kills_of(options), self._began)

    def evidence(self) -> Evidence:
        """Let it happen; what was seen of it."""
        try:
            self._clients.start(self._began)
            over_at = self._rage()
            quiet_after = self._calm_down(over_at)
        finally:
            self._clients.stop()
        processes.until(self._stage.system.is_healthy, WEB_SECONDS, "the return of the web")
        # The log is read last: what it holds was written before any play was called finished.
        seen = self._stage.seen({each.play for each in self._clients.heard})
        return Evidence(
            orders=self._options.plays,
            lines=read_log(self._stage.log.read_text(encoding="utf-8")),
            heard=list(self._clients.heard),
            refused=list(self._clients.refused),
            kills=list(self._killer.kills),
            seen=seen,
            began_at=self._began,
            quiet_after=quiet_after,
            retries=self._clients.retries,
            told=self._stage.told(),
        )

    def _rage(self) -> float:
        """Until everything planned is dead and every order was sent; the time it took."""
        end, told = self._began + self._options.seconds, self._began
        while not self._killer.is_done or time.monotonic() < end:
            self._killer.step()
            if time.monotonic() - told > TELL_EVERY:
                told = time.monotonic()
                self._tell(self._progress())
            time.sleep(LOOK_SECONDS)
        self._tell(f"{self._progress()}; the storm is over, waiting for quiet ...")
        return time.monotonic()

    def _progress(self) -> str:
        answered = len({each.n for each in list(self._clients.heard)})
        return f"  {answered} of {self._options.plays} orders accepted, {len(self._killer.kills)} kills"

    def _calm_down(self, over_at: float) -> float | None:
        """Seconds until all is answered and finished; None when that takes too long."""
        while time.monotonic() < over_at + self._options.quiet_seconds:
            if self._clients.are_done() and self._stage.is_quiet():
                return time.monotonic() - over_at
            time.sleep(QUIET_LOOK_SECONDS)
        return None
