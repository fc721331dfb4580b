"""Ports: whether they are free, and a lock so that two flow8 of one user never share one.

Workers listen on channel ports with SO_REUSEPORT, which the kernel grants to any process of the same user:
without the lock, a second installation would silently take half of the first one's requests.
"""

import errno
import fcntl
import os
import socket
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.settings import Settings
from flow8.embedded import make_private
from flow8.errors import Unavailable


@dataclass(frozen=True)
class Wanted:
    """Ports that a setting asks for on a host."""

    setting: str
    host: str
    ports: range


def wanted_by(settings: Settings) -> list[Wanted]:
    """Every port that an installation with these settings listens on."""
    server = Wanted("SERVER_PORT", settings.server_host, _one(settings.server_port))
    mcp = Wanted("MCP_SERVER_PORT", settings.mcp_server_host, _one(settings.mcp_server_port))
    channels = Wanted("CHANNEL_PORT_RANGE", settings.channel_host, settings.channel_port_range)
    return [server, *([mcp] if settings.mcp_server_enabled else []), channels]


def _one(port: int) -> range:
    return range(port, port + 1)


def reserve(wanted: Iterable[Wanted], folder: Path | None = None) -> IO[bytes]:
    """Lock ports for as long as the answered file stays open; `folder` holds the locks of this user.

    Raises:
        Unavailable: a port is taken; the message names it and the setting to change.
    """
    locks = _open_locks(folder)
    try:
        for each in wanted:
            for port in each.ports:
                _reserve_one(locks, each, port)
    except BaseException:
        locks.close()
        raise
    return locks


def problem_of(wanted: Wanted, *, ours: bool, folder: Path | None = None) -> str | None:
    """What stands against using these ports, in words; `ours` says that the flow8 asked about is running."""
    try:
        with _open_locks(folder) as locks:
            for port in wanted.ports:
                if not (ours and not _lock(locks, port)):
                    _reserve_one(locks, wanted, port)
    except Unavailable as error:
        return error.message
    return None


def _open_locks(folder: Path | None) -> IO[bytes]:
    """The file whose byte N stands for port N: one lock for each port, so ranges that overlap collide."""
    private = folder or Path(tempfile.gettempdir()) / f"flow8-ports-{os.getuid()}"
    make_private(private)
    return (private / "ports").open("ab")


def _reserve_one(locks: IO[bytes], wanted: Wanted, port: int) -> None:
    if not _lock(locks, port):
        raise Unavailable(
            f"Port {port} belongs to another flow8 that is running; stop that one, "
            f"or set {wanted.setting} to {_instead(wanted)}."
        )
    _try(wanted, port)


def _lock(locks: IO[bytes], port: int) -> bool:
    try:
        fcntl.lockf(locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


def _try(wanted: Wanted, port: int) -> None:
    """Bind once without SO_REUSEPORT, which tells whether anybody else listens."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(wanted.host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise Unavailable(_sentence(wanted, port, error)) from None


def _sentence(wanted: Wanted, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is used by another program; end it, or set {wanted.setting} to {_instead(wanted)}."
        )
    if error.errno == errno.EACCES:
        return (
            f"Port {port} needs more rights than this user has; set {wanted.setting} to {_instead(wanted)}."
        )
    host = wanted.setting.replace("PORT_RANGE", "HOST").replace("PORT", "HOST")
    return f"{wanted.host} is no address of this machine to listen on; correct {host}."


def _instead(wanted: Wanted) -> str:
    return "a free port" if len(wanted.ports) == 1 else "a range without it"
