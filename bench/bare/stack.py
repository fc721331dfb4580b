"""A bare stack: one gevent process that answers what the flow would answer, and stores it in two writes.

    python -m bench.bare.stack PORT

Several share the port. This is the ceiling for a channel.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402 - only after the patch
import sys  # noqa: E402 - the same
from collections.abc import Callable, Iterable  # noqa: E402 - the same
from typing import Any  # noqa: E402 - the same

from gevent import socket  # noqa: E402 - the same
from gevent.pywsgi import WSGIServer  # noqa: E402 - the same

from bench.bare.plays import BarePlays  # noqa: E402 - the same
from bench.work import as_json  # noqa: E402 - the same

BACKLOG = 1024

Headers = list[tuple[str, str]]


def app_of(plays: BarePlays) -> Callable[[dict[str, Any], Callable[[str, Headers], object]], Iterable[bytes]]:
    """The handler."""

    def answer(environ: dict[str, Any], start_response: Callable[[str, Headers], object]) -> Iterable[bytes]:
        args = json.loads(environ["wsgi.input"].read())
        body = as_json(plays.end(plays.insert(args, "RUN"), args))
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def listen(port: int) -> socket.socket:
    """A listening socket that the other processes share."""
    listener = socket.socket()
    for level, option in (
        (socket.SOL_SOCKET, socket.SO_REUSEADDR),
        (socket.SOL_SOCKET, socket.SO_REUSEPORT),
        (socket.IPPROTO_TCP, socket.TCP_NODELAY),
    ):
        listener.setsockopt(level, option, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


if __name__ == "__main__":
    WSGIServer(listen(int(sys.argv[1])), app_of(BarePlays()), log=None, error_log=None).serve_forever()
