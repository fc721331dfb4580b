"""API keys: `f8_<public id>_<secret>`, shown once when made, kept as a hash."""

import hashlib
import hmac
import logging
import re
from datetime import datetime, timedelta
from typing import Any, Final

from flow8.clock import utc_now
from flow8.domain.access import RIGHTS, Actor, Right, Role
from flow8.engine.engine import Engine
from flow8.errors import NotFound, Problem, Unauthorized
from flow8.ids import new_id, new_secret
from flow8.services.asking import audit, must
from flow8.services.channel_rules import TOOL_NAME
from flow8.services.page import USUAL_SIZE, Page, page_of, refuse
from flow8.store.api_keys import ApiKey

STANDARD: Final = "standard"
MCP: Final = "mcp"
SCOPES: Final = (STANDARD, MCP)
NAME_LENGTH: Final = 200
MOST_TOOLS: Final = 100
USE_IS_NOTED_EVERY: Final = timedelta(minutes=1)

_TEXT: Final = re.compile(r"f8_([0-9a-f]{24})_([A-Za-z0-9_-]{20,100})")

log = logging.getLogger("auth")


def create_key(
    engine: Engine,
    actor: Actor,
    *,
    name: str,
    scopes: tuple[str, ...] = (STANDARD,),
    expires_at: datetime | None = None,
    role: str | None = None,
    tools: tuple[str, ...] | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its text, which nobody can see again. Its role is at most its maker's.

    With scope `mcp` it may call the company's tools, or only those named in `tools`.

    Raises:
        Denied: only administrators make keys.
        Invalid: every field that is not right.
    """
    must(engine, actor, Right.ADMINISTER, "keys.create")
    refuse(
        [*_problems(actor, name, scopes, expires_at, role), *_tool_problems(scopes, tools)],
        "This key cannot be made.",
    )
    public_id, secret = new_id(), new_secret()
    key = ApiKey(
        id=public_id,
        company_id=actor.company_id,
        name=name.strip(),
        digest=_digest(secret),
        scopes=tuple(scope for scope in SCOPES if scope in scopes),
        role=role or _standing(actor).value,
        created_by=actor.name,
        created_at=utc_now(),
        expires_at=expires_at,
        tools=None if tools is None else tuple(dict.fromkeys(tools)),
    )
    engine.store.api_keys.create(key)
    told: dict[str, Any] = {
        "name": key.name,
        "scopes": list(key.scopes),
        "role": key.role,
        "tools": None if key.tools is None else list(key.tools),
    }
    audit(engine, actor, "keys.create", key.id, after={**told, "expiresAt": expires_at}, **told)
    return key, f"f8_{public_id}_{secret}"


def list_keys(engine: Engine, actor: Actor, *, page: int = 1, size: int = USUAL_SIZE) -> Page[ApiKey]:
    """The company's keys, newest first, ended ones too.

    Raises:
        Denied: only administrators see them.
        Invalid: there is no such page.
    """
    must(engine, actor, Right.ADMINISTER, "keys.list")
    keys = engine.store.api_keys
    return page_of(lambda skip, rows: keys.page(actor.company_id, skip=skip, size=rows), page, size)


def revoke_key(engine: Engine, actor: Actor, key_id: str) -> None:
    """End a key: here at once, in other processes within half a second. Ending it twice changes nothing.

    Raises:
        Denied: only administrators end keys.
        NotFound: KEY_NOT_FOUND.
    """
    must(engine, actor, Right.ADMINISTER, "keys.revoke", key_id)
    if not engine.store.api_keys.revoke(actor.company_id, key_id):
        raise NotFound("There is no such key.", code="KEY_NOT_FOUND")
    engine.fresh.forget()
    audit(engine, actor, "keys.revoke", key_id)


def actor_of_key(
    engine: Engine, text: str, *, door: str, ip: str | None = None, request_id: str | None = None
) -> Actor:
    """Whoever holds this key.

    Raises:
        Unauthorized: it is no key, or an unknown, revoked or expired one; the answer does not say which.
    """
    parts = _TEXT.fullmatch(text)
    key = _known_key(engine, parts[1], _digest(parts[2])) if parts else None
    if key is None or _is_over(key):
        log.error("key refused: %s", f"key_id={parts[1]}" if parts else "not a key")
        raise Unauthorized("This API key is not valid.", code="KEY_NOT_VALID")
    return _actor(key, door=door, ip=ip, request_id=request_id)


def actor_of_key_id(
    engine: Engine, key_id: str, *, door: str, ip: str | None = None, request_id: str | None = None
) -> Actor:
    """Whoever holds the key of this public id, which they proved a moment ago.

    Raises:
        Unauthorized: it is revoked or expired.
    """
    key = engine.store.api_keys.find(key_id)
    if key is None:
        raise Unauthorized("This API key is not valid.", code="KEY_NOT_VALID")
    return _actor(key, door=door, ip=ip, request_id=request_id)


def _actor(key: ApiKey, *, door: str, ip: str | None, request_id: str | None) -> Actor:
    return Actor(
        company_id=key.company_id,
        name=f"key {key.name}",
        rights=_rights(key),
        door=door,
        key_id=key.id,
        ip=ip,
        request_id=request_id,
        tools=None if key.tools is None else frozenset(key.tools),
    )


def _known_key(engine: Engine, key_id: str, digest: str) -> ApiKey | None:
    """The key with this id and secret as it was at most half a second ago; its use is noted."""

    def read() -> ApiKey | None:
        key = engine.store.api_keys.find(key_id)
        if key is None or not hmac.compare_digest(key.digest, digest):
            return None
        _note_use(engine, key)
        return key

    return engine.fresh.get((ApiKey, key_id, digest), read)


def _is_over(key: ApiKey) -> bool:
    return key.expires_at is not None and key.expires_at <= utc_now()


def _rights(key: ApiKey) -> frozenset[Right]:
    """`standard` gives the rights of the key's role; `mcp` lets it call tools and nothing else."""
    role = RIGHTS[Role(key.role)] if STANDARD in key.scopes else frozenset()
    tools = {Right.CALL_TOOLS} if MCP in key.scopes else frozenset()
    return role | tools


def _note_use(engine: Engine, key: ApiKey) -> None:
    """Not at every request: a write for each would cost more than most requests."""
    if key.last_used_at is None or utc_now() - key.last_used_at > USE_IS_NOTED_EVERY:
        engine.store.api_keys.was_used(key.company_id, key.id)


def _problems(
    actor: Actor, name: str, scopes: tuple[str, ...], expires_at: datetime | None, role: str | None
) -> list[Problem]:
    problems = []
    if not 1 <= len(name.strip()) <= NAME_LENGTH:
        problems.append(Problem("name", f"must have 1 to {NAME_LENGTH} characters"))
    if not scopes or set(scopes) - set(SCOPES):
        problems.append(Problem("scopes", f"must be some of {', '.join(SCOPES)}"))
    if expires_at is not None and expires_at <= utc_now():
        problems.append(Problem("expiresAt", "must be in the future"))
    if role is not None and role not in {each.value for each in Role}:
        problems.append(Problem("role", f"must be one of {', '.join(Role)}"))
    elif role is not None and not RIGHTS[Role(role)] <= actor.rights:
        problems.append(Problem("role", "must not be higher than your own"))
    return problems


def _tool_problems(scopes: tuple[str, ...], tools: tuple[str, ...] | None) -> list[Problem]:
    if tools is None:
        return []
    if MCP not in scopes:
        return [Problem("tools", "belongs to keys with scope mcp only")]
    if not 1 <= len(tools) <= MOST_TOOLS:
        return [Problem("tools", f"must name 1 to {MOST_TOOLS} tools; leave it out for all")]
    return [
        Problem(f"tools[{place}]", "must have 1 to 64 letters, digits, _ and -")
        for place, tool in enumerate(tools)
        if not TOOL_NAME.fullmatch(tool)
    ]


def _standing(actor: Actor) -> Role:
    """The highest role whose rights the actor holds."""
    return max(
        (role for role in Role if RIGHTS[role] <= actor.rights),
        key=lambda role: len(RIGHTS[role]),
        default=Role.VIEWER,
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
