"""A TCP proxy that passes each connection on to the next of several servers, dead ones left out."""

import asyncio
import contextlib
import itertools
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

CHUNK = 64 * 1024


@contextmanager
def round_robin(ports: Sequence[int]) -> Iterator[int]:
    """The port of a proxy before servers on these ports of this machine."""
    loop, listener = asyncio.new_event_loop(), socket.create_server(("127.0.0.1", 0), backlog=64)
    turns = itertools.cycle(ports)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            there = await _first_alive([next(turns) for _ in ports])
            await asyncio.gather(_pass_on(reader, there[1]), _pass_on(there[0], writer))

    async def run() -> None:
        await asyncio.start_server(serve, sock=listener)

    loop.run_until_complete(run())
    thread = threading.Thread(target=loop.run_forever, name="robin", daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listener.close()


async def _first_alive(ports: Sequence[int]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for port in ports:
        with contextlib.suppress(ConnectionError):
            return await asyncio.open_connection("127.0.0.1", port)
    raise ConnectionRefusedError("every server is dead")


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Everything from one end to the other; when one end breaks off, so does the other."""
    with contextlib.suppress(OSError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()
