"""Keeps the ports that a worker listens on equal to the channels that are enabled and have one."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gevent import socket

from flow8.engine.engine import Engine
from flow8.errors import Unavailable
from flow8.services.channel_rules import HTTP, TCP, WEBSOCKET, WITH_PORT
from flow8.store.channels import Channel
from flow8.store.database import faults_in_words
from workers.channels.door import Door
from workers.channels.http import ChannelServer, Lobby
from workers.channels.tcp import LineServer
from workers.channels.websocket import SocketServer

LOOK_SECONDS: Final = 1.0
TRY_AGAIN_SECONDS: Final = 3.0
IDLE_LOOK_SECONDS: Final = 0.05
BACKLOG: Final = 1024
GONE: Final = 1001
"""Why a WebSocket closes whose channel is switched off."""

Server = ChannelServer | LineServer

SERVERS: Final[Mapping[str, type[ChannelServer | LineServer]]] = {
    HTTP: ChannelServer,
    WEBSOCKET: SocketServer,
    TCP: LineServer,
}

log = logging.getLogger("channels")


class Ports:
    """The open ports of one worker process. While MongoDB is away they stay as they are."""

    def __init__(self, engine: Engine) -> None:
        self._channels = engine.store.channels
        self._host = engine.settings.channel_host
        self._door = Door(engine)
        self._lobby = Lobby(self._door)
        self._open: dict[int, Server] = {}
        self._taken: dict[int, float] = {}
        self._closing = threading.Event()
        self._is_blind = False

    def start(self) -> None:
        """Look after the ports from now on, in a thread of its own."""
        threading.Thread(target=self._run, name="ports", daemon=True).start()

    def say_good_bye(self) -> None:
        """Serve on, but close each connection after its next answer."""
        self._lobby.say_good_bye()

    def close(self) -> None:
        """Close every port. Requests that are being answered go on."""
        self._closing.set()
        for port in list(self._open):
            self._close(port)
        self._lobby.say_good_bye()
        self._door.requests.close()

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until no play runs here for a channel; False when that takes longer than `seconds`."""
        until = time.monotonic() + seconds
        while not self._door.is_idle:
            if time.monotonic() >= until:
                return False
            time.sleep(IDLE_LOOK_SECONDS)
        return True

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with faults_in_words():
                    channels = self._channels.enabled(WITH_PORT)
                self._see()
                self._serve(channels)
            except Unavailable as error:
                self._lose_sight(error)
            self._closing.wait(LOOK_SECONDS)

    def _serve(self, channels: list[Channel]) -> None:
        wanted = {channel.port: channel for channel in channels if channel.port}
        for port, server in list(self._open.items()):
            if port in wanted and wanted[port].kind == server.channel.kind:
                continue
            log.info("port %d of channel '%s' is closed", port, self._open[port].channel.slug)
            self._close(port)
        for port, channel in wanted.items():
            if port not in self._open:
                self._try_to_open(channel)
            else:
                self._exchange(self._open[port], channel)

    def _try_to_open(self, channel: Channel) -> None:
        if self._closing.is_set() or time.monotonic() < self._taken.get(channel.port, 0.0):
            return
        try:
            listener = listen(self._host, channel.port)
        except OSError as error:
            self._note_taken(channel, error)
            return
        if self._taken.pop(channel.port, None) or channel.port_problem:
            self._channels.note_port_problem(channel.company_id, channel.id, None)
        server = SERVERS[channel.kind](listener, channel, self._lobby)
        server.start()
        self._open[channel.port] = server
        log.info("channel '%s' is served on %s:%d", channel.slug, self._host, channel.port)

    def _exchange(self, server: Server, channel: Channel) -> None:
        """Serve the channel as it is now; those who speak with another one that had its port are let go."""
        if server.channel == channel:
            return
        if server.channel.id != channel.id:
            self._let_go(server)
        server.channel = channel

    def _let_go(self, server: Server) -> None:
        for talk in [each for each in self._lobby.talks if each.server is server]:
            talk.leave(GONE, "the channel is switched off")

    def _note_taken(self, channel: Channel, error: OSError) -> None:
        if channel.port not in self._taken:
            problem = (
                f"{self._host}:{channel.port} cannot be opened ({error.strerror or error}); end the program "
                "that has it, or give flow8 another CHANNEL_PORT_RANGE"
            )
            log.error("channel '%s' cannot be served: %s", channel.slug, problem)
            self._channels.note_port_problem(channel.company_id, channel.id, problem)
        self._taken[channel.port] = time.monotonic() + TRY_AGAIN_SECONDS

    def _close(self, port: int) -> None:
        server = self._open.pop(port)
        if not self._closing.is_set():
            server.channel = replace(server.channel, enabled=False)
            self._let_go(server)
        server.finish()

    def _see(self) -> None:
        if self._is_blind:
            self._is_blind = False
            log.info("MongoDB answers; changes of channels are seen again")

    def _lose_sight(self, error: Unavailable) -> None:
        if not self._is_blind:
            self._is_blind = True
            log.warning("changes of channels are not seen for now: %s", error.message)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that every worker of this machine's user may share.

    Raises:
        OSError: another program has the port, or the address is not one of this machine.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        for level, option in (
            (socket.SOL_SOCKET, socket.SO_REUSEADDR),
            (socket.SOL_SOCKET, socket.SO_REUSEPORT),
            (socket.IPPROTO_TCP, socket.TCP_NODELAY),  # inherited by connections: 44 ms less for each answer
        ):
            listener.setsockopt(level, option, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
