"""Engines for tests: the real one, with the probe module in its catalogue."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from flow8.domain.play import Origin, Play
from flow8.engine.engine import Engine, engine_of
from flow8.engine.perform import perform
from flow8.engine.start import StartRequest, start
from flow8.registry import Registry, load_registry
from flow8.store import Store
from flow8.store.flows import FlowRecord
from tests.support.factories import a_flow
from tests.support.groups import a_group
from tests.support.system import until

MODULES = Path(__file__).parent / "modules"


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The catalogue with the tests' own modules."""
    return load_registry([MODULES])


@pytest.fixture
def engine(settings: Settings, store: Store, registry: Registry) -> Iterator[Engine]:
    """An engine of this process over the test's store."""
    company = store.companies.ensure("default", "Default")
    made = engine_of(settings, store, registry)
    made.settings.data_dir.mkdir(parents=True)
    assert company.slug == "default"
    yield made
    made.held.close()
    made.lone.close()
    made.bell.close(1.0)
    made.live.close()


@dataclass
class Stage:
    """Publishes flows and performs plays of them, as a worker would."""

    engine: Engine
    log: Path
    company_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.company_id = self.engine.store.companies.ensure("default", "Default").id

    def publish(self, flow: dict[str, Any]) -> FlowRecord:
        """A published flow."""
        flows, group = self.engine.store.flows, flow.get("group")
        group_id = None if group is None else a_group(self.engine, group)
        made = flows.create(self.company_id, flow, "test", group_id=group_id)
        return flows.publish(made, None, "test")

    def accept(self, flow: dict[str, Any] | FlowRecord, args: Any = None, **more: Any) -> str:
        """The id of a play that was accepted and not yet performed."""
        record = flow if isinstance(flow, FlowRecord) else self.publish(flow)
        request = StartRequest(record, {} if args is None else args, Origin("test"), **more)
        return start(self.engine, request).play_id

    def play(self, *flowlets: dict[str, Any], args: Any = None, **changes: Any) -> Play:
        """A play of these flowlets, as far as one claim goes, be it that of a worker which was first."""
        play_id = self.accept(a_flow(*flowlets, **changes), args)
        perform(self.engine, play_id)
        return until(lambda: self._let_go(play_id), what=f"the end of a worker's claim of {play_id}")

    def _let_go(self, play_id: str) -> Play | None:
        play = self.load(play_id)
        return play if play.lease is None else None

    def load(self, play_id: str) -> Play:
        """The play as it is stored."""
        play = self.engine.store.plays.load(play_id)
        assert play is not None
        return play

    def probe(self, ref: str, **args: Any) -> dict[str, Any]:
        """A flowlet that leaves its mark in the effect log. `flowlet` holds fields of the flowlet itself."""
        more = args.pop("flowlet", {})
        return {"ref": ref, "appId": "probe", "args": {"log": str(self.log), **args}, **more}

    def marks(self) -> list[str]:
        """The lines of the effect log, with refs in place of keys."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [f"{word} {key.partition('/')[2]}" for word, _, key in (line.partition(" ") for line in lines)]


@pytest.fixture
def stage(engine: Engine, tmp_path: Path) -> Stage:
    """A stage on which to perform flows."""
    return Stage(engine, tmp_path / "effects.log")
