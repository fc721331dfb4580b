"""Adding to the chain from many processes at once, over a forger's leftovers; reading it by indexes only."""

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import monitoring

from config.settings import Settings
from flow8.clock import utc_now
from flow8.domain.chain import ChainKey, id_of, is_sealed, key_from
from flow8.store import Store
from flow8.store.audit import Audit, Wanted
from flow8.store.database import open_database
from tests.support.factories import COMPANY, OTHER_COMPANY

KEY = key_from("a secret")
ROOT = Path(__file__).parents[3]


def another(store: Store) -> Audit:
    """The audit as another process has it: it knows nothing of what this one wrote."""
    return Audit(store.database, store.clock)


def entries(store: Store, company_id: str = COMPANY) -> list[dict[str, Any]]:
    return list(store.audit.entries(company_id))


def is_whole(chain: list[dict[str, Any]], key: ChainKey = KEY) -> bool:
    prevs = ["", *(entry["mac"] for entry in chain[:-1])]
    in_order = [entry["seq"] for entry in chain] == list(range(1, len(chain) + 1))
    linked = [entry["prev"] for entry in chain] == prevs
    return in_order and linked and all(is_sealed(key, entry["companyId"], entry) for entry in chain)


def test_each_company_has_a_chain_of_its_own(store: Store) -> None:
    for number in range(3):
        for company in (COMPANY, OTHER_COMPANY):
            store.audit.add(company, KEY, {"number": number})

    assert is_whole(entries(store))
    assert is_whole(entries(store, OTHER_COMPANY))
    assert [entry["number"] for entry in entries(store)] == [0, 1, 2]


def test_many_writers_in_several_processes_neither_fork_nor_lose(store: Store) -> None:
    audits = [another(store) for _ in range(4)]

    def write(audit: Audit, name: str) -> None:
        for number in range(25):
            audit.add(COMPANY, KEY, {"name": f"{name}-{number}"})

    threads = [
        threading.Thread(target=write, args=(audit, f"{place}-{half}"))
        for place, audit in enumerate(audits)
        for half in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    chain, head = entries(store), store.audit.head(COMPANY)
    assert is_whole(chain)
    assert len({entry["name"] for entry in chain}) == 200
    assert head is not None
    assert (head.seq, head.mac) == (200, chain[-1]["mac"])
    assert [entry["at"] for entry in chain] == sorted(entry["at"] for entry in chain)


WRITER = """
import sys
from config.settings import from_environment
from flow8.domain.chain import key_from
from flow8.store import open_store
store = open_store(from_environment())
for number in range(40):
    store.audit.add(sys.argv[1], key_from("a secret"), {"name": f"{sys.argv[2]}-{number}"})
store.close()
"""


def test_real_processes_that_write_at_once_neither_fork_nor_lose(
    store: Store, environment: dict[str, str]
) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, COMPANY, str(number)], cwd=ROOT, env=environment)
        for number in range(3)
    ]

    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert is_whole(entries(store))
    assert len({entry["name"] for entry in entries(store)}) == 120


def test_an_entry_costs_one_sure_write_and_one_quick_one(settings: Settings, store: Store) -> None:
    class Heard(monitoring.CommandListener):
        def __init__(self) -> None:
            self.commands: list[tuple[str, Any]] = []

        def started(self, event: Any) -> None:
            self.commands.append((event.command_name, event.command.get("writeConcern")))

        def succeeded(self, event: Any) -> None: ...

        def failed(self, event: Any) -> None: ...

    heard = Heard()
    database = open_database(settings, [heard])
    audit = Audit(database, store.clock)
    audit.add(COMPANY, KEY, {})
    heard.commands.clear()

    audit.add(COMPANY, KEY, {})

    sent = list(heard.commands)
    database.client.close()
    assert sent == [
        ("insert", {"w": "majority", "j": True}),
        ("update", {"w": 1, "j": False}),
    ]


def test_after_a_cut_tail_the_chain_goes_on_behind_its_head(store: Store) -> None:
    for _ in range(5):
        store.audit.add(COMPANY, KEY, {})
    store.database["audit"].delete_many({"seq": {"$gt": 3}})

    another(store).add(COMPANY, KEY, {})

    assert [entry["seq"] for entry in entries(store)] == [1, 2, 3, 6]


def test_a_forged_entry_on_the_next_position_stops_nobody(store: Store) -> None:
    for _ in range(2):
        store.audit.add(COMPANY, KEY, {})
    forged = {"_id": id_of(COMPANY, 3), "companyId": COMPANY, "seq": 3, "mac": "0" * 64}
    store.database["audit"].insert_one(forged)

    store.audit.add(COMPANY, KEY, {"after": "all"})
    another(store).add(COMPANY, KEY, {})

    assert [entry["seq"] for entry in entries(store) if is_sealed(KEY, COMPANY, entry)] == [1, 2, 4, 5]


def test_a_chain_goes_on_under_another_key(store: Store) -> None:
    for _ in range(30):
        store.audit.add(COMPANY, KEY, {})

    another(store).add(COMPANY, key_from("another secret"), {})

    chain = entries(store)
    assert [entry["seq"] for entry in chain] == list(range(1, 32))
    assert chain[-1]["prev"] == chain[-2]["mac"]


NOW = utc_now()
FILTERS = {
    "all": Wanted(),
    "actor": Wanted(actor="ana"),
    "action": Wanted(action="flows.publish"),
    "subject": Wanted(subject="a-flow"),
    "time": Wanted(since=NOW - timedelta(hours=1), until=NOW + timedelta(hours=1)),
    "since": Wanted(since=NOW + timedelta(hours=1)),
    "until": Wanted(until=NOW - timedelta(hours=1)),
    "actor and time": Wanted(actor="ana", since=NOW - timedelta(hours=1)),
    "everything": Wanted(
        "ana", "flows.publish", "a-flow", NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    ),
}


@pytest.mark.parametrize("wanted", FILTERS.values(), ids=FILTERS.keys())
def test_every_list_and_filter_is_answered_from_an_index(store: Store, wanted: Wanted) -> None:
    for number in range(100):
        said = {"actor": "ana" if number % 2 else "ben", "action": "flows.publish", "subject": "a-flow"}
        store.audit.add(COMPANY, KEY, said)
        store.audit.add(OTHER_COMPANY, KEY, said)

    plan = store.audit._found(COMPANY, wanted, {"$lt": 60}).sort("seq", -1).limit(10).explain()

    stages, rows = stages_of(plan["queryPlanner"]["winningPlan"]), plan["executionStats"]
    assert "IXSCAN" in stages
    assert {"COLLSCAN", "SORT"} & stages == set()
    assert rows["totalKeysExamined"] <= 21
    found = store.audit.page(COMPANY, wanted, size=10, before=60)
    assert all(entry["companyId"] == COMPANY for entry in found)


def stages_of(plan: dict[str, Any]) -> set[str]:
    """The stages of a plan, the inner ones too."""
    inner = [plan[name] for name in ("inputStage", "queryPlan") if name in plan]
    return {plan.get("stage", "")}.union(*map(stages_of, inner))


def test_a_time_ends_before_its_end(store: Store) -> None:
    moments = [moment(store) for _ in range(4)]

    found = store.audit.page(COMPANY, Wanted(since=moments[1], until=moments[3]), size=10)

    assert [entry["seq"] for entry in found] == [3, 2]


def moment(store: Store) -> datetime:
    """When one more entry was added, later than all before."""
    store.audit.add(COMPANY, KEY, {})
    known = store.audit._known[COMPANY]
    assert known.at is not None
    store.audit._known[COMPANY] = replace(known, at=known.at + timedelta(seconds=1))
    return known.at
