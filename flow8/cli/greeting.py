"""What `up` tells once flow8 is ready, made by a child process that loads the core while MongoDB starts.

The process of `up` lives as long as the installation and forks now and then: without the core it stays small,
and with one thread it may fork.
"""

import multiprocessing
import shlex
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from config.settings import Settings
from flow8.errors import Flow8Error, Unavailable

Address = tuple[str, int]


@dataclass(frozen=True)
class Greeting:
    """The text, and the addresses it names beside that of the web."""

    text: str
    addresses: tuple[Address, ...]


class FirstStart:
    """A child process that does what only the first start does, when it is asked for the greeting."""

    def __enter__(self) -> Self:
        fork = multiprocessing.get_context("fork")
        self._ours, theirs = fork.Pipe()
        self._child = fork.Process(target=_serve, args=(theirs, self._ours), daemon=True)
        self._child.start()
        theirs.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ours.close()
        self._child.join()

    def greeting(self, settings: Settings) -> Greeting:
        """Make what is missing in the database, and the greeting.

        Raises:
            Flow8Error: as `flow8.services.first_start.prepare` does.
        """
        self._ours.send(settings)
        try:
            answer = self._ours.recv()
        except EOFError:
            raise Unavailable(
                "The first start ended half way; look at the lines above and start again."
            ) from None
        if isinstance(answer, Flow8Error):
            raise answer
        made: Greeting = answer
        return made


def _serve(ours: Connection, parents: Connection) -> None:
    """Answer one question; ends without a word when the parent goes."""
    # Ctrl-C reaches this process too, but its parent decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    parents.close()
    from flow8.services.first_start import prepare  # noqa: PLC0415 - the child alone loads the core

    try:
        settings: Settings = ours.recv()
    except EOFError:
        return
    try:
        welcome = prepare(settings)
        ours.send(_greeting(settings.public_url, welcome.administrator, welcome.password, welcome.curl))
    except Flow8Error as error:
        ours.send(error)


def _greeting(url: str, administrator: str, password: str | None, curl: tuple[str, ...]) -> Greeting:
    lines = ["", f"flow8 is ready: {url}", f"  administrator: {administrator}"]
    if password is not None:
        lines.append(f"  password:      {password}   (shown this once; keep it)")
    if curl:
        lines += ["", "Try it in another terminal:", *(f"  {line}" for line in curl)]
    named = (urlsplit(shlex.split(line)[-1]) for line in curl)
    return Greeting(
        "\n".join([*lines, "", "Ctrl-C stops everything.", ""]),
        tuple((each.hostname or "", each.port or 0) for each in named),
    )
