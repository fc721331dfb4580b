"""Migrations: once each, in order, by one process at a time, whoever dies where."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from flow8.ids import new_id
from flow8.store import Store
from flow8.store.database import Documents
from flow8.store.migrations import MIGRATIONS, Migration, head, migrate, pending
from tests.support.migrating import PEOPLE, STEPS
from tests.support.sizes import sized

KILLS = sized(4, 50)


@pytest.fixture
def empty(store: Store) -> Documents:
    """A database in which nothing was migrated, and whose name is its own."""
    database = store.database.client.get_database(f"flow8_migrations_{new_id()}")
    return database.with_options(write_concern=store.database.write_concern)


def people(database: Documents, count: int) -> None:
    database["people"].insert_many([{"_id": number, "name": f"Ada {number}"} for number in range(count)])


def noting(done: list[int], number: int, times: int = 1) -> Callable[[Documents], bool]:
    """A step that notes its number, so many times."""

    def step(_: Documents) -> bool:
        done.append(number)
        return len(done) < times

    return step


def test_the_migrations_of_this_release_are_numbered_without_gaps() -> None:
    assert [each.number for each in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_each_is_done_once_and_in_order(empty: Documents) -> None:
    done: list[int] = []
    migrations = [Migration(number, "note it", noting(done, number)) for number in (1, 2)]

    migrate(empty, migrations)
    migrate(empty, migrations)

    assert (done, head(empty), pending(empty, migrations)) == ([1, 2], 2, [])
    empty.client.drop_database(empty.name)


@pytest.mark.parametrize("companies", [[], ["a company"]])
def test_a_change_is_told_only_where_there_is_something_to_change(
    empty: Documents, companies: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="migrations")
    for name in companies:
        empty["companies"].insert_one({"_id": name})

    migrate(empty, [Migration(1, "drop it", lambda _: False)])

    told = ["migration 1 begins: drop it", "migration 1 is done: drop it"] if companies else []
    assert [record.getMessage() for record in caplog.records] == told
    empty.client.drop_database(empty.name)


def test_an_older_release_does_not_mind_what_a_newer_one_did(empty: Documents) -> None:
    newer = [Migration(1, "one", lambda _: False), Migration(2, "two", lambda _: False)]
    migrate(empty, newer)

    migrate(empty, newer[:1])

    assert head(empty) == 2
    empty.client.drop_database(empty.name)


def test_of_many_that_start_at_once_each_step_is_done_by_one(empty: Documents) -> None:
    steps: list[int] = []
    migrations = [Migration(1, "in five steps", noting(steps, 1, times=5))]

    with ThreadPoolExecutor(8) as starts:
        list(starts.map(lambda _: migrate(empty, migrations), range(8)))

    assert len(steps) == 5
    empty.client.drop_database(empty.name)


def test_whoever_dies_anywhere_the_end_is_the_same_and_the_release_before_works_on(
    empty: Documents, environment: dict[str, str]
) -> None:
    random, count = Random(7), 40 * STEPS
    people(empty, count)
    program = [sys.executable, "-m", "tests.support.migrating"]
    for kill in range(KILLS):
        given = {**os.environ, **environment, "MONGODB_DB": empty.name}
        process = subprocess.Popen(
            [*program, str(random.randint(0, 2 * STEPS))], env=given, stderr=subprocess.DEVNULL
        )
        assert process.wait(60) in (-signal.SIGKILL, 0)
        # What the release before writes meanwhile, and what it reads of what is migrated already.
        empty["people"].insert_one({"_id": count + kill, "name": f"Old {kill}"})
        assert empty["people"].count_documents({"name": {"$exists": True}}) == count + kill + 1

    migrate(empty, PEOPLE)

    found = list(empty["people"].find({"_id": {"$lt": count}}))
    assert [row["names"] for row in found] == [row["name"].split() for row in found]
    assert {row["marks"] for row in found} == {1}
    assert empty["people"].count_documents({}) == count + KILLS
    empty.client.drop_database(empty.name)


def test_indexes_that_nothing_uses_are_dropped_once(store: Store) -> None:
    store.database["plays"].create_index([("waiting", 1)], name="waiting")
    store.database["migrations"].delete_many({})

    store.prepare()

    assert "waiting" not in store.database["plays"].index_information()
    assert store.migrations_left() == 0
