"""One scheduler leads; another takes over when it resigns."""

import logging

import pytest

from bench.ports import free_ports
from config.settings import load
from flow8.store import Store
from flow8.store.database import open_database
from flow8.store.store import store_of
from scheduler.leader import Leader


def test_one_leads_and_another_follows_when_it_resigns(store: Store) -> None:
    first, second = Leader(store.leaders, "one"), Leader(store.leaders, "two")

    before = [first.leads(), second.leads(), first.leads()]
    first.resign()
    after = [second.leads(), first.leads()]

    assert (before, after) == ([True, False, True], [True, False])


def test_that_mongodb_is_away_is_told_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flow8.store.database.PATIENCE_MS", 50)
    [port] = free_ports(1)
    database = open_database(load({"MONGODB_URI": f"mongodb://127.0.0.1:{port}/flow8"}))
    leader = Leader(store_of(database).leaders, "one")

    with caplog.at_level(logging.WARNING):
        led = [leader.leads() for _ in range(3)]
    database.client.close()

    assert led == [False] * 3
    assert [each.message for each in caplog.records] == [
        "nobody can lead: MongoDB does not answer (connect: connection refused); look whether it runs."
    ]
