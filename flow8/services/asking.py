"""What every service does first and last: check the right, and leave an audit entry."""

from collections.abc import Mapping
from typing import Any

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import Denied
from flow8.services import audit_fields
from flow8.services.audit_key import chain_key


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


def audit(
    engine: Engine,
    actor: Actor,
    action: str,
    subject: str | None = None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    **details: Any,
) -> None:
    """Audit what the actor did to `subject`, which was so `before` and is so `after`.

    Of both, only the fields that differ are kept. Secrets are masked and long fields cut in all of it.
    """
    was, now = audit_fields.changed(before or {}, after or {})
    most = engine.settings.audit_log_field_max_bytes
    told = {"before": was, "after": now, "details": details}
    said = {name: audit_fields.shown(fields, most) for name, fields in told.items()}
    who = audit_fields.shown({**_who(actor), "action": action, "subject": subject}, most)
    engine.store.audit.add(actor.company_id, chain_key(engine), {**who, **said})


def _who(actor: Actor) -> dict[str, str | None]:
    return {
        "actor": actor.name,
        "userId": actor.user_id,
        "keyId": actor.key_id,
        "door": actor.door,
        "ip": actor.ip,
        "requestId": actor.request_id,
    }
