"""User groups: people of a company who are granted, and may approve, the same."""

from collections.abc import Sequence
from typing import Final

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import NotFound, Problem
from flow8.services.asking import audit, must
from flow8.services.page import USUAL_SIZE, Page, page_of, refuse
from flow8.store.user_groups import UserGroup

NAME_LENGTH: Final = 100
MOST_MEMBERS: Final = 1000
REFUSED: Final = "This user group cannot be kept so."


def list_user_groups(
    engine: Engine, actor: Actor, *, page: int = 1, size: int = USUAL_SIZE
) -> Page[UserGroup]:
    """The company's user groups by name.

    Raises:
        Denied: only administrators see them.
        Invalid: there is no such page.
    """
    must(engine, actor, Right.ADMINISTER, "user_groups.list")
    groups = engine.store.user_groups
    return page_of(lambda skip, rows: groups.page(actor.company_id, skip=skip, size=rows), page, size)


def get_user_group(engine: Engine, actor: Actor, group_id: str) -> UserGroup:
    """One user group.

    Raises:
        Denied: only administrators see them.
        NotFound: USER_GROUP_NOT_FOUND.
    """
    must(engine, actor, Right.ADMINISTER, "user_groups.get", group_id)
    return _found(engine.store.user_groups.get(actor.company_id, group_id))


def create_user_group(engine: Engine, actor: Actor, *, name: str, user_ids: Sequence[str]) -> UserGroup:
    """A new user group.

    Raises:
        Denied: only administrators make them.
        Invalid: every field that is not right, among them users that the company does not have.
        Conflict: USER_GROUP_EXISTS, the name is taken.
    """
    must(engine, actor, Right.ADMINISTER, "user_groups.create")
    refuse(_problems(engine, actor, name, user_ids), REFUSED)
    made = engine.store.user_groups.create(actor.company_id, name.strip(), list(dict.fromkeys(user_ids)))
    engine.fresh.forget()
    audit(engine, actor, "user_groups.create", made.id, name=made.name, userIds=list(made.user_ids))
    return made


def change_user_group(
    engine: Engine, actor: Actor, group_id: str, *, name: str, user_ids: Sequence[str]
) -> UserGroup:
    """Give a user group another name and other members.

    Raises:
        Denied: only administrators change them.
        NotFound: USER_GROUP_NOT_FOUND.
        Invalid: every field that is not right.
        Conflict: USER_GROUP_EXISTS, the name is taken.
    """
    must(engine, actor, Right.ADMINISTER, "user_groups.change", group_id)
    groups = engine.store.user_groups
    before = _found(groups.get(actor.company_id, group_id))
    refuse(_problems(engine, actor, name, user_ids), REFUSED)
    members = list(dict.fromkeys(user_ids))
    after = _found(groups.change(actor.company_id, group_id, name.strip(), members))
    engine.fresh.forget()
    audit(
        engine,
        actor,
        "user_groups.change",
        group_id,
        nameBefore=before.name,
        name=after.name,
        userIdsBefore=list(before.user_ids),
        userIds=members,
    )
    return after


def remove_user_group(engine: Engine, actor: Actor, group_id: str) -> None:
    """Remove a user group and what it was granted.

    Raises:
        Denied: only administrators remove them.
        NotFound: USER_GROUP_NOT_FOUND.
    """
    must(engine, actor, Right.ADMINISTER, "user_groups.remove", group_id)
    group = _found(engine.store.user_groups.get(actor.company_id, group_id))
    engine.store.access.remove_of_user_group(actor.company_id, group_id)
    engine.store.user_groups.remove(actor.company_id, group_id)
    engine.fresh.forget()
    audit(engine, actor, "user_groups.remove", group_id, name=group.name)


def _found(group: UserGroup | None) -> UserGroup:
    if group is None:
        raise NotFound("There is no such user group.", code="USER_GROUP_NOT_FOUND")
    return group


def _problems(engine: Engine, actor: Actor, name: str, user_ids: Sequence[str]) -> list[Problem]:
    problems = []
    if not name.isprintable() or not 1 <= len(name.strip()) <= NAME_LENGTH:
        problems.append(Problem("name", f"must have 1 to {NAME_LENGTH} printable characters"))
    elif "@" in name:
        # Approvers are users or user groups by name: no group may look like a person.
        problems.append(Problem("name", "must not hold an @, or it could be taken for somebody's address"))
    if len(user_ids) > MOST_MEMBERS:
        return [*problems, Problem("userIds", f"must name at most {MOST_MEMBERS} users")]
    known = {user.id for user in engine.store.users.members(actor.company_id, user_ids)}
    unknown = ((place, each) for place, each in enumerate(user_ids) if each not in known)
    return [*problems, *(Problem(f"userIds[{place}]", "is no user of this company") for place, _ in unknown)]
