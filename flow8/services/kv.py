"""Key-value entries, as people and programs keep them; what of a secret one was written is never shown."""

from dataclasses import dataclass, replace
from typing import Any, Final

from flow8.clock import utc_now
from flow8.domain.access import Actor, Right
from flow8.domain.kv import Scope, Where, entry_problems
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Invalid, NotFound, Problem
from flow8.ids import new_id
from flow8.services.asking import audit, must
from flow8.services.page import USUAL_SIZE, Page, page_of, refuse
from flow8.store.flows import FlowRecord
from flow8.store.groups import Group
from flow8.store.kv import KvEntry
from flow8.vault.kv import open_value, seal_value

LONGEST_NAME: Final = 200
TRIES: Final = 20
CHANGED: Final = "Somebody changed this entry meanwhile; load it again."


@dataclass(frozen=True)
class ShownEntry:
    """An entry and, of a readable one, its value."""

    entry: KvEntry
    value: Any = None


@dataclass(frozen=True)
class KvPlace:
    """A scope as somebody names it, with its group or flow by id or by name."""

    scope: str = Scope.GLOBAL.value
    group: str | None = None
    flow: str | None = None


def list_entries(
    engine: Engine,
    actor: Actor,
    *,
    place: KvPlace | None = None,
    text: str = "",
    page: int = 1,
    size: int = USUAL_SIZE,
) -> Page[ShownEntry]:
    """The company's entries by key, or those of one scope; with `text` those in whose keys it stands.

    Raises:
        Denied: without the right to view.
        Invalid: there is no such scope or page.
    """
    must(engine, actor, Right.VIEW, "kv.list")
    where = None if place is None else _where(engine, actor, place)
    entries = engine.store.kv
    found = page_of(
        lambda skip, rows: entries.page(actor.company_id, where, text=text, skip=skip, size=rows), page, size
    )
    shown = [_shown(engine, entry) for entry in found.data]
    return Page(shown, found.total, found.page, found.size, found.pages)


def get_entry(engine: Engine, actor: Actor, entry_id: str) -> ShownEntry:
    """One entry.

    Raises:
        Denied: without the right to view.
        NotFound: KV_NOT_FOUND.
    """
    must(engine, actor, Right.VIEW, "kv.get", entry_id)
    return _shown(engine, _entry(engine, actor, entry_id))


def create_entry(
    engine: Engine, actor: Actor, *, key: str, value: Any, place: KvPlace, readable: bool = False
) -> ShownEntry:
    """A new entry.

    Raises:
        Denied: without the right to edit.
        Invalid: every field that is not right.
        Conflict: KV_EXISTS, the scope has one of this key.
    """
    must(engine, actor, Right.EDIT, "kv.create", key)
    refuse(entry_problems(key, value, readable=readable), "This entry cannot be made.")
    scope, scope_id = _where(engine, actor, place)
    entry_id = new_id()
    entry = KvEntry(
        id=entry_id,
        company_id=actor.company_id,
        scope=scope,
        scope_id=scope_id,
        key=key,
        sealed=seal_value(engine.vault, actor.company_id, entry_id, value),
        readable=readable,
        updated_at=utc_now(),
        updated_by=actor.name,
    )
    engine.store.kv.create(entry)
    _audit(engine, actor, "kv.create", entry)
    return _shown(engine, entry)


def set_entry(
    engine: Engine,
    actor: Actor,
    entry_id: str,
    *,
    value: Any,
    readable: bool | None = None,
    rev: int | None = None,
) -> ShownEntry:
    """Give an entry another value; with `rev` only if it is still at that one.

    A value never becomes readable by itself: `readable` tells of the new one.

    Raises:
        Denied: without the right to edit.
        NotFound: KV_NOT_FOUND.
        Invalid: every field that is not right.
        Conflict: KV_CHANGED, it is not at `rev`.
    """
    must(engine, actor, Right.EDIT, "kv.set", entry_id)
    for _ in range(TRIES):
        old = _entry(engine, actor, entry_id)
        if rev is not None and old.rev != rev:
            break
        shows = old.readable if readable is None else readable
        refuse(entry_problems(old.key, value, readable=shows), "This value cannot be kept.")
        sealed = seal_value(engine.vault, actor.company_id, old.id, value)
        new = replace(old, sealed=sealed, readable=shows, updated_by=actor.name, write_key=None)
        if changed := engine.store.kv.change(old, new, any_rev=rev is None):
            _audit(engine, actor, "kv.set", changed)
            return _shown(engine, changed)
    raise Conflict(CHANGED, code="KV_CHANGED")


def remove_entry(engine: Engine, actor: Actor, entry_id: str, *, rev: int | None = None) -> None:
    """Remove an entry; with `rev` only if it is still at that one.

    Raises:
        Denied: without the right to edit.
        NotFound: KV_NOT_FOUND.
        Conflict: KV_CHANGED, it is not at `rev`.
    """
    must(engine, actor, Right.EDIT, "kv.remove", entry_id)
    entry = _entry(engine, actor, entry_id)
    if not engine.store.kv.remove(actor.company_id, entry_id, rev):
        raise Conflict(CHANGED, code="KV_CHANGED")
    _audit(engine, actor, "kv.remove", entry)


def _entry(engine: Engine, actor: Actor, entry_id: str) -> KvEntry:
    entry = engine.store.kv.get(actor.company_id, entry_id)
    if entry is None:
        raise NotFound("There is no such entry.", code="KV_NOT_FOUND")
    return entry


def _shown(engine: Engine, entry: KvEntry) -> ShownEntry:
    return ShownEntry(entry, open_value(engine.vault, entry) if entry.readable else None)


def _where(engine: Engine, actor: Actor, place: KvPlace) -> Where:
    """The scope that is meant.

    Raises:
        Invalid: there is no such scope, or what it belongs to is missing, unknown or too much.
    """
    refuse(_place_problems(place), "There is no such scope.")
    if place.scope == Scope.GLOBAL:
        return Scope.GLOBAL, ""
    is_flow = place.scope == Scope.FLOW
    field, name = ("flow", place.flow or "") if is_flow else ("group", place.group or "")
    found: FlowRecord | Group | None = None
    if name.isprintable():
        find = engine.store.flows.find if is_flow else engine.store.groups.named
        found = find(actor.company_id, name)
    if found is None:
        raise Invalid("There is no such scope.", problems=[Problem(field, f"there is no {field} '{name}'")])
    return Scope(place.scope), found.id


def _place_problems(place: KvPlace) -> list[Problem]:
    if place.scope not in set(Scope):
        return [Problem("scope", f"must be one of {', '.join(Scope)}")]
    problems = []
    for field, scope, given in (("group", Scope.GROUP, place.group), ("flow", Scope.FLOW, place.flow)):
        if place.scope == scope and not (given and given.isprintable() and len(given) <= LONGEST_NAME):
            problems.append(Problem(field, f"must name the {field} that the entry is for"))
        if place.scope != scope and given is not None:
            problems.append(Problem(field, f"belongs to entries of the scope {scope} only"))
    return problems


def _audit(engine: Engine, actor: Actor, action: str, entry: KvEntry) -> None:
    audit(
        engine,
        actor,
        action,
        entry.id,
        key=entry.key,
        scope=entry.scope.value,
        scopeId=entry.scope_id or None,
        readable=entry.readable,
        rev=entry.rev,
    )
