"""A TCP proxy that passes each connection on to the next of several servers, dead ones left out."""

import asyncio
import contextlib
import itertools
import queue
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

CHUNK = 64 * 1024

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextmanager
def round_robin(ports: Sequence[int]) -> Iterator[int]:
    """The port of a proxy before servers on these ports of this machine."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    stops: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(listener, ports, stops)), name="robin")
    thread.start()
    stop = stops.get()
    try:
        yield listener.getsockname()[1]
    finally:
        stop()
        thread.join()


async def _serve(
    listener: socket.socket, ports: Sequence[int], stops: queue.SimpleQueue[Callable[[], object]]
) -> None:
    loop, over, turns = asyncio.get_running_loop(), asyncio.Event(), itertools.cycle(ports)
    stops.put(lambda: loop.call_soon_threadsafe(over.set))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await _join((reader, writer), await _first_alive([next(turns) for _ in ports]))
        writer.transport.abort()

    server = await asyncio.start_server(serve, sock=listener)
    await over.wait()
    server.close()


async def _first_alive(ports: Sequence[int]) -> Stream:
    for port in ports:
        with contextlib.suppress(ConnectionError):
            return await asyncio.open_connection("127.0.0.1", port)
    raise ConnectionRefusedError("every server is dead")


async def _join(here: Stream, there: Stream) -> None:
    """Pass everything on both ways until one end breaks off."""
    try:
        ways = [
            asyncio.ensure_future(_pass_on(here[0], there[1])),
            asyncio.ensure_future(_pass_on(there[0], here[1])),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
    finally:
        there[1].transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
