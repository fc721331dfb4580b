"""Groups: the folders of flows, where grants and KV entries may belong to as well."""

from dataclasses import dataclass
from typing import Final

from flow8.clock import utc_now
from flow8.domain.access import Actor, Right
from flow8.domain.kv import Scope
from flow8.engine.engine import Engine
from flow8.errors import Conflict, NotFound, Problem
from flow8.ids import new_id
from flow8.services.alone import alone
from flow8.services.asking import audit, must
from flow8.services.own_fields import group_id_of
from flow8.services.page import USUAL_SIZE, Page, page_of, refuse, some_of
from flow8.store.access import DEEPEST
from flow8.store.groups import Group

NAME_LENGTH: Final = 200


@dataclass(frozen=True)
class CountedGroup:
    """A group, and how many flows stand in it."""

    group: Group
    flows: int


def list_groups(engine: Engine, actor: Actor, *, page: int = 1, size: int = USUAL_SIZE) -> Page[CountedGroup]:
    """The company's groups by name, with how many flows stand in each.

    Raises:
        Denied: without the right to view.
        Invalid: there is no such page.
    """
    must(engine, actor, Right.VIEW, "groups.list")
    groups = engine.store.groups
    found = page_of(lambda skip, rows: groups.page(actor.company_id, skip=skip, size=rows), page, size)
    counts = engine.store.flows.counts_by_group(actor.company_id)
    counted = [CountedGroup(each, counts.get(each.id, 0)) for each in found.data]
    return Page(counted, found.total, found.page, found.size, found.pages)


def get_group(engine: Engine, actor: Actor, name: str) -> CountedGroup:
    """The group of an id or name.

    Raises:
        Denied: without the right to view.
        NotFound: GROUP_NOT_FOUND.
    """
    must(engine, actor, Right.VIEW, "groups.get", name)
    return _counted(engine, _named(engine, actor, name))


def create_group(engine: Engine, actor: Actor, *, name: str, parent: str | None = None) -> CountedGroup:
    """A new group, in another one if `parent` names it.

    Raises:
        Denied: without the right to edit in the whole company.
        Invalid: every field that is not right.
        Conflict: GROUP_EXISTS.
    """
    must(engine, actor, Right.EDIT, "groups.create", name)
    with alone(engine, f"groups of {actor.company_id}"):
        refuse(_problems(engine, actor, None, name, parent), "This group cannot be made.")
        parent_id = _id_of(engine, actor, parent)
        made = Group(new_id(), actor.company_id, name.strip(), parent_id, utc_now(), actor.name)
        engine.store.groups.create(actor.company_id, made)
    audit(engine, actor, "groups.create", made.id, name=made.name, parentId=made.parent_id)
    return CountedGroup(made, 0)


def change_group(engine: Engine, actor: Actor, group: str, *, name: str, parent: str | None) -> CountedGroup:
    """Give a group another name and place; what stands in it stays there.

    Raises:
        Denied: without the right to edit in the whole company.
        NotFound: GROUP_NOT_FOUND.
        Invalid: every field that is not right, such as a group that would stand in itself.
        Conflict: GROUP_EXISTS.
    """
    must(engine, actor, Right.EDIT, "groups.change", group)
    with alone(engine, f"groups of {actor.company_id}"):  # two that move at once could make a ring
        old = _named(engine, actor, group)
        refuse(_problems(engine, actor, old, name, parent), "This group cannot be changed so.")
        parent_id = _id_of(engine, actor, parent)
        new = engine.store.groups.change(actor.company_id, old.id, name.strip(), parent_id)
    if new is None:
        raise _no_group(group)
    was, now = ({"name": each.name, "parentId": each.parent_id} for each in (old, new))
    audit(engine, actor, "groups.change", new.id, before=was, after=now)
    return _counted(engine, new)


def remove_group(engine: Engine, actor: Actor, name: str) -> None:
    """Remove a group that holds nothing, with the grants on it.

    Raises:
        Denied: without the right to edit in the whole company.
        NotFound: GROUP_NOT_FOUND.
        Conflict: GROUP_NOT_EMPTY; says which flows, groups or KV entries it holds.
    """
    must(engine, actor, Right.EDIT, "groups.remove", name)
    group = _named(engine, actor, name)
    if holds := _holds(engine, group):
        message = f"The group '{group.name}' holds {' and '.join(holds)}; move or remove them first."
        raise Conflict(message, code="GROUP_NOT_EMPTY")
    engine.store.access.remove_on_group(actor.company_id, group.id)
    engine.store.groups.remove(actor.company_id, group.id)
    audit(engine, actor, "groups.remove", group.id, name=group.name)


def _holds(engine: Engine, group: Group) -> list[str]:
    company_id, holds = group.company_id, []
    flows, count = engine.store.flows.page(company_id, skip=0, size=5, group_id=group.id)
    if count:
        holds.append(f"the flows {some_of([flow.permanent_id for flow in flows], count)}")
    if inside := engine.store.groups.inside(company_id, group.id):
        holds.append(f"the groups {some_of([each.name for each in inside])}")
    _, entries = engine.store.kv.page(company_id, (Scope.GROUP, group.id), skip=0, size=1)
    if entries:
        holds.append(f"{entries} KV entries")
    return holds


def _problems(
    engine: Engine, actor: Actor, group: Group | None, name: str, parent: str | None
) -> list[Problem]:
    problems = []
    if not 1 <= len(name.strip()) <= NAME_LENGTH or not name.isprintable():
        problems.append(Problem("name", f"must have 1 to {NAME_LENGTH} printable characters"))
    parent_id = _id_of(engine, actor, parent)
    if parent is not None and parent_id is None:
        problems.append(Problem("parent", f"there is no group '{parent}'"))
    above = _above(engine, actor.company_id, parent_id)
    if group is not None and group.id in above:
        problems.append(Problem("parent", "stands in this group itself"))
    if len(above) + _depth(engine, group) > DEEPEST:
        problems.append(Problem("parent", f"at most {DEEPEST} groups may stand inside one another"))
    return problems


def _above(engine: Engine, company_id: str, group_id: str | None) -> list[str]:
    """The groups from this one outwards."""
    found: list[str] = []
    while group_id is not None and group_id not in found:
        found.append(group_id)
        group = engine.store.groups.get(company_id, group_id)
        group_id = None if group is None else group.parent_id
    return found


def _depth(engine: Engine, group: Group | None) -> int:
    """How many groups stand inside one another from this one inwards, itself among them."""
    level, depth = [] if group is None else [group], 1
    while level and depth <= DEEPEST:
        level = [inner for each in level for inner in engine.store.groups.inside(each.company_id, each.id)]
        depth += bool(level)
    return depth


def _id_of(engine: Engine, actor: Actor, name: str | None) -> str | None:
    return None if name is None else group_id_of(engine, actor.company_id, name)


def _counted(engine: Engine, group: Group) -> CountedGroup:
    return CountedGroup(group, engine.store.flows.counts_by_group(group.company_id).get(group.id, 0))


def _named(engine: Engine, actor: Actor, name: str) -> Group:
    found = engine.store.groups.named(actor.company_id, name) if name.isprintable() else None
    if found is None:
        raise _no_group(name)
    return found


def _no_group(name: str) -> NotFound:
    return NotFound(f"There is no group '{name}'.", code="GROUP_NOT_FOUND")
