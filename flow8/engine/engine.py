"""What performing plays takes, put together once for each process, after any fork."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from config.settings import Settings
from flow8.broker.bell import Bell
from flow8.broker.choose import open_bell
from flow8.domain.play import Lease
from flow8.engine.compiled import CompiledFlows
from flow8.engine.components import Components
from flow8.engine.fresh import Fresh
from flow8.engine.held import Held
from flow8.engine.links import Links
from flow8.engine.lone import LoneProcesses
from flow8.errors import Unavailable
from flow8.files import FileRoom, room_of
from flow8.live import Live
from flow8.registry import Registry, load_registry
from flow8.store import Store, open_store
from flow8.store.database import faults_in_words
from flow8.vault import Vault, vault_of

Spawn = Callable[..., Any]

log = logging.getLogger("engine")


def spawn_thread(work: Callable[..., None], *args: Any) -> None:
    """Run `work` beside the caller: in a thread, which in a gevent process is a greenlet."""
    threading.Thread(target=work, args=args, daemon=True).start()


@dataclass
class Engine:
    """The engine of one process. Doors that know a cheaper way to run things apart may set `spawn`."""

    settings: Settings
    store: Store
    registry: Registry
    bell: Bell
    live: Live
    held: Held
    flows: CompiledFlows
    components: Components
    links: Links
    vault: Vault
    files: FileRoom
    owner: str
    draining: threading.Event = field(default_factory=threading.Event)
    lone: LoneProcesses = field(default_factory=LoneProcesses)
    spawn: Spawn = spawn_thread
    fresh: Fresh = field(default_factory=Fresh)

    def serves(self, lane: str) -> bool:
        """Whether this process runs flowlets of a lane."""
        return not self.settings.worker_lanes or lane in self.settings.worker_lanes

    def drain(self) -> None:
        """Begin no further flowlets: plays are given back as soon as the flowlet they are in is finished."""
        self.draining.set()

    def close(self) -> None:
        """Give back what is still held, send what waits to be sent, and close every connection."""
        self._give_back(self.held.close())
        self.lone.close()
        self.bell.close(2.0)
        self.live.close()
        self.store.close()

    def _give_back(self, leases: dict[str, Lease]) -> None:
        if leases:
            try:
                with faults_in_words():
                    self.store.plays.give_back(leases, 0)
            except Unavailable as error:
                log.warning("plays were not given back, their leases run out: %s", error.message)


def open_engine(settings: Settings, registry: Registry | None = None) -> Engine:
    """Put an engine together; connections open on first use."""
    store = open_store(settings)
    return engine_of(settings, store, registry or load_registry(_private_folders(settings)))


def engine_of(settings: Settings, store: Store, registry: Registry) -> Engine:
    """An engine over a given store and catalogue."""
    vault = vault_of(settings, store)
    return Engine(
        settings=settings,
        store=store,
        registry=registry,
        bell=open_bell(settings.broker_url, lambda: store.queue_jobs, quorum=settings.broker_quorum),
        live=Live(store.events),
        held=Held(store.plays),
        flows=CompiledFlows(store, registry),
        components=Components(settings, store, registry, vault),
        links=Links(store, vault),
        vault=vault,
        files=room_of(settings, store),
        owner=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}",
    )


def _private_folders(settings: Settings) -> list[Any]:
    return [settings.modules_dir] if settings.modules_dir else []
