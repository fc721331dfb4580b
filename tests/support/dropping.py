"""A TCP proxy that drops connections at random, in the middle of whatever they carry."""

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]

CHUNK: Final = 64 * 1024
RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER that turns a close into a reset."""


@dataclass(frozen=True)
class Life:
    """How long connections live, on average: one of seconds, bytes asked and bytes answered ends each.

    After so many bytes asked, the server has the whole question, and nobody to tell the answer.
    """

    seconds: float
    asked: float
    answered: float


class _Cut(Exception):
    """A connection's life is over."""


@dataclass
class Dropping:
    """Passes what comes to `port` on to `upstream`, a port of this machine or the path of a Unix socket.

    It drops nothing before `storm` and nothing after `calm`.
    """

    upstream: int | str
    life: Life
    seed: int
    drops: int = 0
    port: int = field(init=False)
    _storms: bool = False

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.Task[None]] = set()
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, args=[listener], name="dropping", daemon=True)
        self._thread.start()

    def storm(self) -> None:
        """From now on connections die, those that are open already too."""
        self._loop.call_soon_threadsafe(self._begin)

    def calm(self) -> None:
        """Connections live as long as their two ends want."""
        self._storms = False

    def close(self) -> None:
        """End every connection and the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _begin(self) -> None:
        self._storms = True
        for connection in self._open:
            connection.cancel()

    def _run(self, listener: socket.socket) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, sock=listener))
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._end_all())
        self._loop.close()

    async def _end_all(self) -> None:
        for connection in self._open:
            connection.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accept(self, *client: Any) -> None:
        connection = asyncio.ensure_future(self._serve(client))
        self._open.add(connection)
        connection.add_done_callback(self._open.discard)

    async def _serve(self, client: Stream) -> None:
        streams = [client]
        try:
            streams.append(await self._connect())
            await self._carry(*streams)
        except _Cut:
            self.drops += 1
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for _, writer in streams:
                self._drop(writer)

    async def _connect(self) -> Stream:
        if isinstance(self.upstream, str):
            return await asyncio.open_unix_connection(self.upstream)
        return await asyncio.open_connection("127.0.0.1", self.upstream)

    async def _carry(self, client: Stream, server: Stream) -> None:
        seconds, asked, answered = self._fate()
        ways = [
            asyncio.ensure_future(self._pass_on(client[0], server[1], asked)),
            asyncio.ensure_future(self._pass_on(server[0], client[1], answered)),
        ]
        try:
            over, _ = await asyncio.wait(ways, timeout=seconds, return_when="FIRST_COMPLETED")
            if not over and self._storms:
                raise _Cut
            await asyncio.wait(ways, return_when="FIRST_COMPLETED")
            for way in ways:
                if way.done():
                    way.result()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    def _fate(self) -> list[float]:
        """Seconds, bytes asked and bytes answered, two of them without end."""
        means = (self.life.seconds, self.life.asked, self.life.answered)
        ends_by = self._dice.randrange(3)
        return [
            self._dice.expovariate(1 / mean) if place == ends_by else float("inf")
            for place, mean in enumerate(means)
        ]

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: float) -> None:
        while data := await reader.read(CHUNK):
            if self._storms and len(data) > left:
                writer.write(data[: max(0, int(left))])
                await writer.drain()
                raise _Cut
            left -= len(data)
            writer.write(data)
            await writer.drain()

    def _drop(self, writer: asyncio.StreamWriter) -> None:
        kernel = writer.get_extra_info("socket")
        if self._dice.random() < 1 / 2 and kernel.family == socket.AF_INET:
            kernel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.transport.abort()


@contextlib.contextmanager
def dropping(upstream: int | str, life: Life, seed: int) -> Iterator[Dropping]:
    """A proxy that is gone at the end."""
    proxy = Dropping(upstream, life, seed)
    try:
        yield proxy
    finally:
        proxy.close()
