"""The store as a whole: prepared twice without harm, honest when MongoDB is away."""

import pytest

from config.settings import Settings, load
from flow8.errors import Invalid, Unavailable
from flow8.store import Store, open_store


def test_preparing_twice_changes_nothing(store: Store) -> None:
    before = sorted(store.database["plays"].index_information())

    store.prepare()

    assert sorted(store.database["plays"].index_information()) == before
    assert "idempotency" in before


def test_a_mongodb_that_is_away_is_said_in_words_without_its_address(settings: Settings) -> None:
    away = open_store(
        load({"MONGODB_URI": "mongodb://user:hidden@127.0.0.1:1/", "DATA_DIR": str(settings.data_dir)})
    )

    assert away.answers(0.2) is False
    with pytest.raises(Unavailable) as told:
        away.probe(0.2)
    assert "hidden" not in str(told.value)
    away.close()


def test_without_an_address_the_variable_to_set_is_named() -> None:
    with pytest.raises(Invalid, match="MONGODB_URI"):
        open_store(load({}))
