"""A slow server: answers every request after so many seconds, however many come at once.

    python -m bench.slow_server PORT SECONDS

`GET /most` answers at once how many waited at the same time at most.
"""

import asyncio
import sys

BACKLOG = 4096


class SlowServer:
    """Counts who waits."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting = 0
        self._most = 0

    async def serve(self, port: int) -> None:
        """Serve for ever."""
        server = await asyncio.start_server(self._connection, "127.0.0.1", port, backlog=BACKLOG)
        await server.serve_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = await self._answer(head.split(b" ", 2)[1])
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    % (len(body), body)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    async def _answer(self, path: bytes) -> bytes:
        if path == b"/most":
            return b"%d" % self._most
        self._waiting += 1
        self._most = max(self._most, self._waiting)
        await asyncio.sleep(self._seconds)
        self._waiting -= 1
        return b"{}"


if __name__ == "__main__":
    asyncio.run(SlowServer(float(sys.argv[2])).serve(int(sys.argv[1])))
