"""The guide to private modules: every sample in it is run here, as its reader would run it."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from flow8.cli import flow8
from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.registry import Registry, load_registry
from flow8.services.flows import import_text
from flow8.services.hands import send_event
from flow8.services.plays import outcome, run

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "how-to" / "modules.md"
SAMPLES = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
MODULES = [text for kind, text in SAMPLES if kind == "python" and "@module(" in text]
TESTS = [text for kind, text in SAMPLES if kind == "python" and "def test_" in text]
FLOWS = [text for kind, text in SAMPLES if kind == "yaml"]
COMMANDS = [text for kind, text in SAMPLES if kind == "sh"]


def function_of(text: str) -> str:
    """The name of the function that a module's text declares."""
    (found,) = (
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.decorator_list
    )
    return found


ORDERS = {
    "flow": "orders",
    "name": "Orders",
    "output": {"cooled": "{{ $prev.cool }}", "told": "{{ $prev.carrier }}"},
    "flowlets": [
        {"ref": "cool", "appId": "cool-off", "args": {"letters": 0}},
        {"ref": "carrier", "appId": "wait-for-carrier", "args": {"parcel": "P-1"}},
    ],
}


def form_of(engine: Engine, app_id: str) -> list[str] | None:
    """The fields of a module's output; None when it may be any value."""
    schema = engine.registry.module(app_id).out.model_json_schema(by_alias=True)
    return list(schema["properties"]) if "properties" in schema else None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the modules of the guide."""
    made = tmp_path / "modules"
    made.mkdir()
    for text in MODULES:
        (made / f"{function_of(text)}.py").write_text(text)
    return made


@pytest.fixture
def registry(folder: Path) -> Registry:
    """The catalogue with the modules of the guide; `engine` takes it."""
    return load_registry([folder])


def call(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """The script in flow8's folder, with the environment that the tests run in."""
    script = script.replace("/srv/flow8-modules", str(folder)).replace(".venv/bin/python", sys.executable)
    return subprocess.run(
        ["sh", "-e", "-c", script.replace("/srv/tests-of-flow8-modules", str(folder.parent / "tests"))],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "FLOW8_VENV": sys.prefix, "MODULES_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_every_sample_is_of_a_kind_that_is_run_here() -> None:
    run_here = [*MODULES, *TESTS, *FLOWS, *COMMANDS]

    assert sorted(run_here) == sorted(text for _, text in SAMPLES)
    assert (len(MODULES), len(TESTS), len(FLOWS), len(COMMANDS)) == (5, 1, 1, 2)


def test_the_examples_of_the_modules_are_true(folder: Path) -> None:
    done = CliRunner().invoke(flow8, ["module", "test", "--dir", str(folder)])

    assert done.output.splitlines() == [
        " ok  book-parcel: An order",
        " ok  cool-off: The third letter",
        " ok  number-lines: Two lines",
        " ok  shipping-cost: A small parcel",
        " ok  shipping-cost: The same by tomorrow",
        " ok  wait-for-carrier: A parcel",
        "6 examples, none failed.",
    ]


def test_the_flow_plays(engine: Engine) -> None:
    company = engine.store.companies.ensure("default", "Default")
    ada = Actor(company.id, "ada", RIGHTS[Role.ADMIN], "test")
    import_text(engine, ada, FLOWS[0].encode(), publish=True)

    play_id = run(engine, ada, "parcel", {"kilos": 3}).play_id
    perform(engine, play_id)

    assert outcome(engine, ada, play_id).output == {"total": 12.0}


def test_the_orders_leave_what_their_modules_give(engine: Engine) -> None:
    company = engine.store.companies.ensure("default", "Default")
    ada = Actor(company.id, "ada", RIGHTS[Role.ADMIN], "test")
    import_text(engine, ada, json.dumps(ORDERS).encode(), publish=True)
    play_id = run(engine, ada, "orders", {}).play_id
    perform(engine, play_id)

    send_event(engine, ada, play_id, "parcel/P-1", ["Bern", 3])
    perform(engine, play_id)

    output = outcome(engine, ada, play_id).output
    assert list(output["cooled"]) == form_of(engine, "cool-off") == ["waitedUntil"]
    assert output["told"] == ["Bern", 3]
    assert form_of(engine, "wait-for-carrier") is None


def test_the_commands_write_a_module_and_test_it(tmp_path: Path) -> None:
    done = call(COMMANDS[0], tmp_path / "new")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new" / "shipping_cost.py").is_file()
    assert done.stdout.count(" ok  shipping-cost: A name\n") == 2


def test_the_test_of_a_module_passes(folder: Path) -> None:
    file = folder.parent / "tests" / "test_shipping_cost.py"
    file.parent.mkdir()
    file.write_text(TESTS[0])

    done = call(COMMANDS[1], folder)

    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
