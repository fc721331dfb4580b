"""What performing plays takes, put together once for each process, after any fork."""

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
from flow8.engine.compiled import CompiledFlows
from flow8.engine.components import Components
from flow8.engine.held import Held
from flow8.live import Live
from flow8.registry import Registry, load_registry
from flow8.store import Store, open_store

Spawn = Callable[..., Any]


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
    owner: str
    draining: threading.Event = field(default_factory=threading.Event)
    lone: threading.Semaphore = field(default_factory=threading.Semaphore)
    """One play at a time is performed in a process of its own: each takes as much memory as a worker."""
    spawn: Spawn = spawn_thread

    def drain(self) -> None:
        """Begin no further flowlets: plays are given back as soon as the flowlet they are in is finished."""
        self.draining.set()

    def close(self) -> None:
        """Send what waits to be sent and close every connection."""
        self.held.close()
        self.bell.close(2.0)
        self.live.close()
        self.store.close()


def open_engine(settings: Settings, registry: Registry | None = None) -> Engine:
    """Put an engine together; connections open on first use."""
    store = open_store(settings)
    return engine_of(settings, store, registry or load_registry(_private_folders(settings)))


def engine_of(settings: Settings, store: Store, registry: Registry) -> Engine:
    """An engine over a given store and catalogue."""
    return Engine(
        settings=settings,
        store=store,
        registry=registry,
        bell=open_bell(settings.broker_url, lambda: store.queue_jobs, quorum=settings.broker_quorum),
        live=Live(store.events),
        held=Held(store.plays),
        flows=CompiledFlows(store, registry),
        components=Components(settings, store, registry),
        owner=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}",
    )


def _private_folders(settings: Settings) -> list[Any]:
    return [settings.modules_dir] if settings.modules_dir else []
