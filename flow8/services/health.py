"""Whether this process can work: what `/health` and `/readyz` answer."""

from dataclasses import dataclass

from flow8.engine.engine import Engine
from flow8.errors import Unavailable
from flow8.store.database import faults_in_words
from flow8.vault import WrongKeys

PING_SECONDS = 2.0


@dataclass(frozen=True)
class Health:
    """The checks by name, in the words of the documentation; `healthy` when all are well."""

    healthy: bool
    checks: dict[str, str]


def health(engine: Engine) -> Health:
    """Look now; answers within three seconds, whatever is down."""
    connected = engine.store.answers(PING_SECONDS)
    initialized = bool(engine.registry.modules and engine.registry.components)
    return Health(
        healthy=connected and initialized,
        checks={
            "mongodb": "connected" if connected else "disconnected",
            "config": "loaded",
            "components": "initialized" if initialized else "missing",
        },
    )


def readiness(engine: Engine) -> Health:
    """Whether requests may come here: MongoDB answers, the keys open its secrets, nobody has said stop."""
    connected = engine.store.answers(PING_SECONDS)
    keys = _opens(engine) if connected else "unknown"
    draining = engine.draining.is_set()
    return Health(
        healthy=connected and keys == "right" and not draining,
        checks={
            "mongodb": "connected" if connected else "disconnected",
            "keys": keys,
            "process": "draining" if draining else "serving",
        },
    )


def _opens(engine: Engine) -> str:
    """Whether this process opens the secrets of its database; without secrets there are no wrong keys."""
    try:
        with faults_in_words():
            engine.vault.verify()
    except WrongKeys:
        return "wrong"
    except Unavailable:
        return "unknown"
    return "right"
