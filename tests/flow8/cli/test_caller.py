"""Who asks on the command line."""

import pytest
from click.testing import CliRunner

from flow8.cli.caller import open_caller
from flow8.domain.access import RIGHTS, Role
from flow8.engine.engine import Engine
from flow8.errors import Unavailable


def test_the_caller_is_an_administrator_of_the_default_company(
    engine: Engine, environment: dict[str, str]
) -> None:
    company = engine.store.companies.ensure("default", "Default")

    with CliRunner(env=environment).isolation(), open_caller() as by:
        actor = by.actor

    assert (actor.company_id, actor.door, actor.rights) == (company.id, "cli", RIGHTS[Role.ADMIN])


def test_a_database_that_is_away_is_one_sentence(environment: dict[str, str]) -> None:
    away = {**environment, "MONGODB_URI": "mongodb://127.0.0.1:9/"}

    with CliRunner(env=away).isolation(), pytest.raises(Unavailable) as refused, open_caller():
        pytest.fail("nobody may call")

    assert refused.value.message.startswith("MongoDB does not answer")
