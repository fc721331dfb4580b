"""Whether this process can work: what `/health` answers."""

from dataclasses import dataclass

from flow8.engine.engine import Engine

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
