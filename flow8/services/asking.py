"""What every service does first and last: check the right, and leave an audit entry."""

from typing import Any

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import Denied


def must(engine: Engine, actor: Actor, right: Right, action: str, subject: str | None = None) -> None:
    """Go on only with this right; a denial of `action` is audited.

    Raises:
        Denied: the actor does not hold it.
    """
    try:
        actor.must(right)
    except Denied:
        audit(engine, actor, "denied", subject, asked=action, right=right.value)
        raise


def audit(engine: Engine, actor: Actor, action: str, subject: str | None = None, **details: Any) -> None:
    """Audit what the actor did to `subject`; `details` hold no secrets."""
    engine.store.audit.add(
        actor.company_id,
        action=action,
        actor=actor.name,
        door=actor.door,
        ip=actor.ip,
        subject=subject,
        details=_identified(actor, details),
    )


def _identified(actor: Actor, details: dict[str, Any]) -> dict[str, Any]:
    """The details with the ids behind the actor's name, and without empty ones."""
    who = {"userId": actor.user_id, "keyId": actor.key_id, "requestId": actor.request_id}
    return {name: value for name, value in {**who, **details}.items() if value is not None}
