"""What another person sees: the flows that somebody of the company reaches, with all they may do on each."""

from dataclasses import dataclass

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.services.actors import actor_of
from flow8.services.asking import must
from flow8.services.page import USUAL_SIZE, Page, page_of
from flow8.services.reach import holds_within, rights_on
from flow8.services.users import get_user


@dataclass(frozen=True)
class Seen:
    """A flow that somebody sees, and all that they may do with it, by role and by grants together."""

    flow_id: str
    permanent_id: str
    name: str
    rights: frozenset[Right]


def flows_seen_as(
    engine: Engine, actor: Actor, user_id: str, *, page: int = 1, size: int = USUAL_SIZE
) -> Page[Seen]:
    """The flows that one of the company's people sees, as if they looked themselves, by permanent id.

    Raises:
        Denied: only administrators see this of others.
        NotFound: USER_NOT_FOUND.
        Invalid: there is no such page.
    """
    must(engine, actor, Right.ADMINISTER, "users.flows_seen_as", user_id)
    they = actor_of(engine, get_user(engine, actor, user_id), actor.company_id, door=actor.door)
    within, flows = holds_within(engine, they, Right.VIEW), engine.store.flows
    found = page_of(
        lambda skip, rows: flows.page(actor.company_id, skip=skip, size=rows, within=within), page, size
    )
    seen = [
        Seen(flow.id, flow.permanent_id, flow.name, rights_on(engine, they, flow.id)) for flow in found.data
    ]
    return Page(seen, found.total, found.page, found.size, found.pages)
