"""The API is what its OpenAPI description says: schemathesis asks a real front whatever may be asked of it.

    FLOW8_TEST_SIZE=full .venv/bin/python -m pytest tests/endurance/test_api_schemas.py -s

asks as an administrator, a runner and a viewer, for minutes each, and prints how many cases there were; every
change asks as the first and the last of them, for a little while. The checks stand in
tests/support/schemathesis.toml.
"""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from config.settings import load
from flow8.domain.access import Role
from flow8.engine.engine import Engine, engine_of
from flow8.engine.perform import perform
from flow8.ids import new_id
from flow8.registry import Registry
from flow8.store import open_store
from tests.support.gunicorn import Served, serving
from tests.support.keys import KEYS
from tests.support.routes import World, a_world
from tests.support.sizes import is_full, sized
from tests.support.web import Program, a_key
from web.app import create_app

CHECKS: Final = Path(__file__).parents[1] / "support" / "schemathesis.toml"
EXAMPLES: Final = sized(4, 60)
PHASES: Final = sized("fuzzing", "coverage,fuzzing,stateful")
LONGEST: Final = sized(240, 3600)
PROGRAM: Final = (sys.executable, "-m", "schemathesis.cli")
LEFT_OUT: Final = "wait"
"""Left out of bodies: with it an answer takes as long as a play that waits for a person."""

pytestmark = [pytest.mark.journey, pytest.mark.timeout(LONGEST)]


@dataclass
class Stage:
    """A front with records of every kind behind it, and where to write."""

    served: Served
    engine: Engine
    world: World
    folder: Path


@pytest.fixture(scope="module")
def stage(mongodb_uri: str, registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A front of gunicorn over a database in which a company has one record of each kind."""
    folder = tmp_path_factory.mktemp("schemas")
    where = {"MONGODB_URI": mongodb_uri, "MONGODB_DB": f"flow8_test_{new_id()}", **KEYS}
    settings = load({**where, "DATA_DIR": str(folder / "data")})
    store = open_store(settings)
    store.prepare()
    engine = engine_of(settings, store, registry)
    world = a_world(engine, "default")
    stop = threading.Event()
    worker = threading.Thread(target=_perform, args=(engine, stop))
    worker.start()
    with serving(folder, {**where, "WEB_CONCURRENCY": "1"}) as served:
        yield Stage(served, engine, world, folder)
    stop.set()
    worker.join()
    store.database.client.drop_database(settings.mongodb_db)
    engine.close()


def _perform(engine: Engine, stop: threading.Event) -> None:
    """Perform what is asked for, so that plays of all kinds are there to be looked at."""
    while not stop.wait(0.1):
        for play in engine.store.database["plays"].find({"state": "NEW"}, {"_id": 1}).limit(20):
            perform(engine, play["_id"])


@pytest.mark.parametrize("role", sized([Role.VIEWER, Role.ADMIN], [Role.VIEWER, Role.RUNNER, Role.ADMIN]))
def test_the_api_answers_what_it_says_whatever_is_asked(stage: Stage, role: Role) -> None:
    key = a_key(stage.engine, role)

    told = _asked(stage, role, key, "--exclude-method", "DELETE")

    assert told.returncode == 0, _story(told)


def test_the_api_removes_what_it_says_whatever_is_asked(stage: Stage) -> None:
    # After everything else: what is removed is not there to be asked for.
    told = _asked(stage, Role.ADMIN, a_key(stage.engine), "--include-method", "DELETE")

    assert told.returncode == 0, _story(told)


def _asked(stage: Stage, role: Role, key: str, *which: str) -> subprocess.CompletedProcess[str]:
    """What schemathesis found in some operations, asked with a key of this role."""
    checks, described = stage.folder / f"{role}.toml", stage.folder / f"{role}.json"
    checks.write_text(CHECKS.read_text() + _dictionaries(stage.world))
    described.write_text(json.dumps(_description(stage, key)))
    told = subprocess.run(
        [
            *PROGRAM,
            "--config-file",
            str(checks),
            "run",
            str(described),
            *("--url", f"http://127.0.0.1:{stage.served.port}/api/v1"),
            *("--header", f"Authorization: Bearer {key}"),
            *("--phases", PHASES, "--max-examples", str(EXAMPLES), "--no-color"),
            *(() if is_full() else ("--seed", "8", "--no-shrink")),
            *which,
        ],
        cwd=stage.folder,
        env={"PATH": os.environ["PATH"], "HOME": str(stage.folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    print(f"\n{role} {' '.join(which)}\n{_summary(told.stdout)}")  # noqa: T201 - the figures are what it is run for
    return told


def _description(stage: Stage, key: str) -> Any:
    """What the front says of itself."""
    program = Program(create_app(stage.engine).test_client(), key)
    found = program.get("openapi.json").json or {}
    for schema in found["components"]["schemas"].values():
        schema.get("properties", {}).pop(LEFT_OUT, None)
    return found


def _dictionaries(world: World) -> str:
    """Ids that are there, for most of the paths; the others are made up."""
    names: dict[str, list[Any]] = {
        name: [value] for name, value in world.ids.items() if name not in ("flow_id", "channel")
    }
    names["name"] = [world.ids["flow_id"], world.ids["name"], world.ids["channel"]]
    names["number"] = [1]
    lines = []
    for name, values in names.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(values)}"]
    lines.append("[parameters]")
    lines += [f'"path.{name}" = {{ dictionary = "{name}", probability = 0.8 }}' for name in names]
    return "\n".join(["", *lines, ""])


def _summary(output: str) -> str:
    return "\n".join(line for line in output.splitlines() if re.search(r"cases|passed|failed|seed", line))


def _story(told: subprocess.CompletedProcess[str]) -> str:
    return f"{told.stdout[-20_000:]}\n{told.stderr[-2_000:]}"
