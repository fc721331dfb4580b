"""The first start of an installation, and every later one."""

import json
import shlex
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from flow8.domain.access import RIGHTS, Role
from flow8.engine.engine import Engine, open_engine
from flow8.engine.perform import perform
from flow8.errors import Unavailable
from flow8.services.curl_lines import API_KEY, ORDERS_TOKEN, header_file
from flow8.services.first_start import EXAMPLES, Welcome, prepare
from flow8.services.keys import actor_of_key
from flow8.services.plays import run
from flow8.services.sign_in import sign_in
from flow8.store import Store
from tests.support.channels import token_of


@pytest.fixture
def later(settings: Settings, store: Store) -> Iterator[Engine]:  # noqa: ARG001 - it empties the database
    """An engine as the other processes open it, to look at what was made."""
    opened = open_engine(settings)
    yield opened
    opened.close()


def secret_of(settings: Settings, name: str) -> str:
    return header_file(settings, name).read_text().removeprefix("Authorization: Bearer ").strip()


def counts_of(engine: Engine) -> dict[str, int]:
    names = ("companies", "users", "flows", "flow_versions", "channels", "api_keys")
    return {name: engine.store.database[name].count_documents({}) for name in names}


ONCE = {"companies": 1, "users": 1, "flows": 2, "flow_versions": 2, "channels": 2, "api_keys": 1}


def test_the_first_start_makes_everything_and_tells_the_password_once(
    settings: Settings, later: Engine
) -> None:
    first = prepare(settings)
    second = prepare(settings)

    assert counts_of(later) == ONCE
    assert first.administrator == "admin@localhost"
    assert first.password is not None
    assert len(first.password) == 20
    assert sign_in(later, "admin@localhost", first.password).actor.rights == RIGHTS[Role.ADMIN]
    assert second == replace(first, password=None)
    assert len(second.curl) == 2


def test_a_given_password_is_not_told(settings: Settings, later: Engine) -> None:
    given = replace(settings, admin_email="Ada@Example.com", admin_password="correct horse")

    welcome = prepare(given)

    assert (welcome.administrator, welcome.password) == ("Ada@Example.com", None)
    assert sign_in(later, "ada@example.com", "correct horse").user.email == "ada@example.com"


def test_key_and_token_of_the_lines_are_the_right_ones(settings: Settings, later: Engine) -> None:
    welcome = prepare(settings)

    actor = actor_of_key(later, secret_of(settings, API_KEY), door="web")
    orders = later.store.channels.get(actor.company_id, "orders")
    assert actor.rights == RIGHTS[Role.ADMIN]
    assert orders is not None
    assert token_of(later, orders) == secret_of(settings, ORDERS_TOKEN)
    assert shlex.split(welcome.curl[1])[-1] == f"http://127.0.0.1:{orders.port}/orders"
    assert secret_of(settings, API_KEY) not in str(welcome)


def test_the_bodies_of_the_lines_are_args_that_both_examples_take(settings: Settings, later: Engine) -> None:
    welcome = prepare(settings)
    actor = actor_of_key(later, secret_of(settings, API_KEY), door="web")
    bodies: list[Any] = [json.loads(shlex.split(line)[-2]) for line in welcome.curl]
    orders = later.store.channels.get(actor.company_id, "orders")
    assert orders is not None

    report = run(later, actor, "orders-report", bodies[0]["args"])
    triage = run(later, actor, orders.routes[0].target_flow_ids[0], bodies[1])
    for play in (report, triage):
        perform(later, play.play_id)

    states = [later.store.play_views.state_of(play.play_id) for play in (report, triage)]
    assert states == ["DONE", "DONE"]


def test_orders_lie_in_the_storage_of_the_company(settings: Settings, later: Engine) -> None:
    prepare(settings)

    copied = later.settings.data_dir / "data" / "flows" / "default" / "orders.csv"
    assert copied.read_bytes() == (EXAMPLES / "orders.csv").read_bytes()


def test_two_that_start_at_once_double_nothing(settings: Settings, later: Engine) -> None:
    welcomes: list[Welcome] = []
    threads = [threading.Thread(target=lambda: welcomes.append(prepare(settings))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counts_of(later) == ONCE
    assert [len(welcome.curl) for welcome in welcomes] == [2, 2, 2]
    assert sorted(welcome.password is None for welcome in welcomes) == [False, True, True]


def test_a_later_start_changes_nothing_that_somebody_removed(settings: Settings, later: Engine) -> None:
    prepare(settings)
    later.store.database["channels"].delete_many({})
    header_file(settings, API_KEY).unlink()
    (settings.data_dir / "data" / "flows" / "default" / "orders.csv").unlink()

    again = prepare(settings)

    assert again.curl == ()
    assert counts_of(later) == {**ONCE, "channels": 0}
    assert not (settings.data_dir / "data" / "flows" / "default" / "orders.csv").exists()


def test_a_first_start_that_died_half_way_is_made_again(settings: Settings, later: Engine) -> None:
    prepare(settings)
    later.store.database["users"].delete_many({})

    welcome = prepare(settings)

    assert welcome.password is not None
    assert len(welcome.curl) == 2
    assert counts_of(later) == {**ONCE, "flow_versions": 4, "api_keys": 2}
    actor_of_key(later, secret_of(settings, API_KEY), door="web")


def test_nothing_secret_is_kept_in_the_database(settings: Settings, later: Engine) -> None:
    welcome = prepare(settings)

    everything = str(
        [list(later.store.database[name].find()) for name in later.store.database.list_collection_names()]
    )
    secrets = [
        str(welcome.password),
        secret_of(settings, ORDERS_TOKEN),
        secret_of(settings, API_KEY).split("_", 2)[2],
    ]
    assert [secret for secret in secrets if secret in everything] == []


def test_a_database_that_is_away_is_told_in_a_sentence(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        prepare(replace(settings, mongodb_uri="mongodb://127.0.0.1:9/", data_dir=tmp_path / "data"))

    assert refused.value.message.startswith("MongoDB does not answer")


def test_a_data_directory_that_cannot_be_written_to_is_told_in_a_sentence(
    settings: Settings, store: Store
) -> None:
    settings.data_dir.write_text("a file where a folder should be")

    with pytest.raises(Unavailable) as refused:
        prepare(settings)

    assert "cannot be written" in refused.value.message
    assert store.users.any_exists() is False
