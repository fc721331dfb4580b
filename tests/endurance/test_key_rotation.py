"""Keys are changed under load by a command that is killed again and again: every secret stays readable."""

import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pytest

from config.settings import load
from flow8.clock import utc_now
from flow8.domain.kv import Scope
from flow8.ids import new_id
from flow8.registry import Registry
from flow8.store import Store, open_store
from flow8.store.kv import KvEntry
from flow8.vault import Vault, WrongKeys
from flow8.vault.kv import open_value, seal_value
from tests.support.crew import Crew, crew_of
from tests.support.keys import KEYS, OTHER_KEYS, as_new
from tests.support.sizes import sized
from tests.support.system import ROOT
from tests.support.vaults import a_vault

KILLS: Final = sized(4, 20)
"""Of each of the two commands; all in all twice as many."""
COMPANIES: Final = sized(40, 300)
ENTRIES: Final = 5
THREADS: Final = 2
SECONDS: Final = 120
SEED: Final = 20261128

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(240, 1200))]


@dataclass
class Load:
    """Writes and reads secrets all the time, as other processes do; remembers what each entry holds."""

    store: Store
    vault: Vault
    companies: list[str]
    known: dict[str, KvEntry] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    turns: int = 0

    def fill(self) -> None:
        """Some entries for each company."""
        for company_id in self.companies:
            for number in range(ENTRIES):
                self._make(company_id, f"key{number}")

    @contextmanager
    def running(self) -> Iterator[None]:
        """Go on beside the test, with several entries at once."""
        over = threading.Event()
        shares = [sorted(self.known)[place::THREADS] for place in range(THREADS)]
        threads = [
            threading.Thread(target=self._go_on, args=(share, over, number))
            for number, share in enumerate(shares)
        ]
        for thread in threads:
            thread.start()
        yield
        over.set()
        for thread in threads:
            thread.join(30)

    def unreadable(self, vault: Vault) -> list[str]:
        """The entries that this vault does not read as they were written last."""
        found = []
        for entry_id, entry in self.known.items():
            kept = self.store.kv.get(entry.company_id, entry_id)
            if kept is None or open_value(vault, kept) != self.values[entry_id]:
                found.append(entry_id)
        return found

    def _make(self, company_id: str, key: str) -> None:
        entry_id, value = new_id(), f"swordfish {new_id()}"
        sealed = seal_value(self.vault, company_id, entry_id, value)
        entry = KvEntry(
            id=entry_id,
            company_id=company_id,
            scope=Scope.GLOBAL,
            scope_id="",
            key=key,
            sealed=sealed,
            readable=False,
            updated_at=utc_now(),
            updated_by="tests",
        )
        self.store.kv.create(entry)
        self.known[entry_id], self.values[entry_id] = entry, value

    def _go_on(self, share: list[str], over: threading.Event, number: int) -> None:
        chance = random.Random(SEED + number)
        while not over.wait(0.002):
            entry_id = chance.choice(share)
            try:
                self._read_and_write(entry_id)
            except Exception as error:  # noqa: BLE001 - whatever goes wrong is a finding
                self.wrong.append(f"{entry_id}: {error!r}")
            self.turns += 1

    def _read_and_write(self, entry_id: str) -> None:
        kept = self.store.kv.get(self.known[entry_id].company_id, entry_id)
        assert kept is not None
        assert open_value(self.vault, kept) == self.values[entry_id]
        value = f"swordfish {new_id()}"
        sealed = seal_value(self.vault, kept.company_id, entry_id, value)
        changed = self.store.kv.change(kept, replace(kept, sealed=sealed))
        assert changed is not None
        self.values[entry_id] = value


@dataclass
class Command:
    """`secret rotate` in a process of its own."""

    environment: Mapping[str, str]
    arguments: tuple[str, ...]

    def killed_after(self, lines: int) -> bool:
        """Kill it as soon as it has said so many lines; False when it was through before."""
        with subprocess.Popen(
            [sys.executable, "-m", "flow8", "secret", "rotate", *self.arguments],
            cwd=ROOT,
            env=dict(self.environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            for _ in range(lines):
                if not process.stderr.readline():
                    break
            process.send_signal(signal.SIGKILL)
            return process.wait(SECONDS) == -signal.SIGKILL

    def run(self) -> str:
        """Let it come to its end; what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "flow8", "secret", "rotate", *self.arguments],
            cwd=ROOT,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def busy(mongodb_uri: str, registry: Registry, tmp_path: Path) -> Iterator[tuple[Crew, Load]]:
    """A database with secrets of many companies, and who works with them."""
    with crew_of(mongodb_uri, registry, tmp_path) as crew:
        store = open_store(load(crew.environment))
        made = Load(store, a_vault(store), [f"{number:024x}" for number in range(1, COMPANIES + 1)])
        made.fill()
        yield crew, made
        store.close()


def test_keys_are_changed_under_load_by_a_command_that_is_killed(busy: tuple[Crew, Load]) -> None:
    crew, work = busy
    chance = random.Random(SEED)
    wrapping = Command({**crew.environment, **as_new(OTHER_KEYS)}, ())
    resealing = Command({**crew.environment, **OTHER_KEYS}, ("--data-keys",))
    finishing = Command({**crew.environment, **OTHER_KEYS}, ("--finish",))

    with work.running():
        kills = sum(
            wrapping.killed_after(chance.randint(1, max(2, 2 * COMPANIES // KILLS))) for _ in range(KILLS)
        )
        wrapping.run()
    assert work.wrong == []
    both = [a_vault(work.store, keys) for keys in (KEYS, OTHER_KEYS)]
    assert [work.unreadable(vault) for vault in both] == [[], []]

    work.vault = a_vault(work.store, OTHER_KEYS)  # processes were started anew with the new keys
    with work.running():
        finishing.killed_after(0)
        finishing.run()
        kills += sum(resealing.killed_after(chance.randint(1, max(2, COMPANIES // 2))) for _ in range(KILLS))
        resealing.run()

    assert work.wrong == []
    assert work.turns > 100
    assert kills >= KILLS
    assert work.unreadable(a_vault(work.store, OTHER_KEYS)) == []
    with pytest.raises(WrongKeys):
        a_vault(work.store).verify()
    # One more for what flow8 keeps for itself, which is the key of the audit.
    assert _needed(work.store) == (COMPANIES + 1, {"f8.1.2"})


def _needed(store: Store) -> tuple[int, set[str]]:
    """How many data keys there are, and with which versions everything is sealed."""
    begins = {row["sealed"].rpartition(".")[0] for row in store.database["kv"].find()}
    return store.data_keys.count(), begins
