"""Start everything: MongoDB when none is named, web, workers, scheduler and MCP."""

import contextlib
import dataclasses
import logging
import signal
import sys
import time
from dataclasses import dataclass, field

import click

from config.kinds import ROOT
from config.logging import set_up
from config.settings import Settings, from_environment
from flow8 import bundle, data_directory, embedded, key_files, ports
from flow8.cli.greeting import FirstStart, Greeting
from flow8.cli.processes import environment, programs
from flow8.cli.readiness import Readiness
from flow8.cli.told import must_be_told
from flow8.embedded import Embedded
from flow8.errors import Unavailable
from flow8.out_of_memory import ADVICE, OutOfMemory
from flow8.supervise import Supervisor

LATE_AFTER = 30.0
MONGODB_STOPS_WITHIN = 1.5  # the supervisor takes 28 of the documented 30 s
LOOK_AGAIN = 0.1

logger = logging.getLogger("up")


@click.command("up")
def command() -> None:
    """Start everything and keep it running until Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        _up(from_environment())
    click.echo("flow8 has stopped.")


def _up(settings: Settings) -> None:
    must_be_told(settings)
    with contextlib.ExitStack() as until_the_end:
        data_directory.lay_out(settings.data_dir)
        until_the_end.enter_context(data_directory.lock(settings.data_dir))
        set_up(settings, "up")
        until_the_end.enter_context(ports.reserve(ports.wanted_by(settings)))
        settings = _with_keys(settings)
        with FirstStart() as first_start:
            server = None
            if settings.mongodb_uri is None:
                server = _own_mongodb(settings)
                until_the_end.callback(server.stop, MONGODB_STOPS_WITHIN)
                settings = dataclasses.replace(settings, mongodb_uri=server.uri)
            greeting = first_start.greeting(settings)
        _build_ui()
        _supervise(settings, greeting, server)


def _build_ui() -> None:
    """Without the UI everything else works, so nothing that keeps it from being built stops the start."""
    try:
        bundle.build_at_start(click.echo)
    except Unavailable as error:
        click.secho(f"The web UI is not built: {error.message} Then run {bundle.COMMAND}.", fg="yellow")


def _with_keys(settings: Settings) -> Settings:
    if settings.encryption_key is not None:
        return settings
    folder = key_files.folder_of(settings)
    key_files.make_missing(folder)
    click.secho(key_files.ADVICE.format(folder=folder), fg="yellow")
    return key_files.filled_in(settings)


def _own_mongodb(settings: Settings) -> Embedded:
    click.echo("Starting MongoDB ...")
    return embedded.start(settings.data_dir / data_directory.MONGODB, mongod=settings.flow8_mongod)


def _supervise(settings: Settings, greeting: Greeting, server: Embedded | None) -> None:
    click.echo("Starting web, workers, scheduler and MCP ...")
    supervisor = Supervisor(
        programs(settings), ROOT, environment(settings), sys.stdout.buffer, colours=sys.stdout.isatty()
    )
    supervisor.run(_Watch(greeting.text, Readiness(settings, greeting.addresses), server))


@dataclass
class _Watch:
    """Looks after MongoDB, greets once everything is ready, and tells when memory is not enough."""

    greeting: str
    is_ready: Readiness
    server: Embedded | None
    memory: OutOfMemory = field(default_factory=OutOfMemory)
    started: float = field(default_factory=time.monotonic)
    has_greeted: bool = False
    has_warned: bool = False

    def __call__(self) -> float | None:
        """Answers the seconds after which to look again, None for whenever something happens."""
        if self.memory.news():
            logger.error(ADVICE)
        waits = [self.server.keep_alive() if self.server else None, self._greet()]
        return min((wait for wait in waits if wait is not None), default=None)

    def _greet(self) -> float | None:
        if self.has_greeted:
            return None
        if self.is_ready():
            self.has_greeted = True
            click.echo(self.greeting)
            return None
        if not self.has_warned and time.monotonic() - self.started > LATE_AFTER:
            self.has_warned = True
            logger.warning("the web does not answer yet; its lines above say why")
        return LOOK_AGAIN
