"""Groups of flows as tests make them."""

from flow8.clock import utc_now
from flow8.engine.engine import Engine
from flow8.ids import new_id
from flow8.store.groups import Group


def a_group(engine: Engine, name: str, parent_id: str | None = None) -> str:
    """The id of the default company's group of a name, made if there is none."""
    company = engine.store.companies.ensure("default", "Default")
    found = engine.store.groups.named(company.id, name)
    if found is not None:
        return found.id
    made = Group(new_id(), company.id, name, parent_id, utc_now(), "tests")
    engine.store.groups.create(company.id, made)
    return made.id
