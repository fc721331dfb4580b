"""People who ask: an administrator, a viewer, and an administrator of another company."""

import pytest

from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine
from flow8.store.people import Company


@pytest.fixture
def company(engine: Engine) -> Company:
    """The company of the test's engine."""
    return engine.store.companies.ensure("default", "Default")


@pytest.fixture
def admin(company: Company) -> Actor:
    """Somebody with every right of a person."""
    return Actor(company.id, "ada@example.com", RIGHTS[Role.ADMIN], "test", user_id="u" * 24, ip="192.0.2.7")


@pytest.fixture
def viewer(company: Company) -> Actor:
    """Somebody who may only look."""
    return Actor(company.id, "vera@example.com", RIGHTS[Role.VIEWER], "test")


@pytest.fixture
def stranger(engine: Engine) -> Actor:
    """The administrator of another company."""
    other = engine.store.companies.ensure("other", "Other")
    return Actor(other.id, "sam@example.com", RIGHTS[Role.ADMIN], "test")
