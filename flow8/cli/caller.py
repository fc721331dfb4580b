"""Who asks when somebody sits at this machine: whoever runs flow8, as an administrator."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flow8.cli.settings import open_settings
from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine, open_engine
from flow8.errors import NotFound, Unavailable
from flow8.services.first_start import COMPANY
from flow8.store.database import faults_in_words

DOOR = "cli"


@dataclass(frozen=True)
class Caller:
    """What every service wants first."""

    engine: Engine
    actor: Actor


@contextmanager
def open_caller(company_slug: str = COMPANY) -> Iterator[Caller]:
    """An engine and an actor for one command, in a company.

    Raises:
        Unavailable: MongoDB does not answer, or nothing was ever started here.
        NotFound: COMPANY_NOT_FOUND.
    """
    engine = open_engine(open_settings())
    try:
        with faults_in_words():
            company = engine.store.companies.by_slug(company_slug)
            if company is None and company_slug != COMPANY:
                raise NotFound(f"There is no company '{company_slug}'.", code="COMPANY_NOT_FOUND")
            if company is None:
                raise Unavailable("There is nothing here yet; start flow8 once with ./flow8core up")
            yield Caller(engine, Actor(company.id, "command line", RIGHTS[Role.ADMIN], DOOR, operator=True))
    finally:
        engine.close()
