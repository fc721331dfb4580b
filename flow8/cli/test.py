"""Run every check that this machine's services allow; --all: a missing service is a failure."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from config.kinds import ROOT
from config.settings import environment_with

BIN = Path(sys.executable).parent
UI = ROOT / "ui" / "package.json"
COMPILE_ONCE = {"PYTHONDONTWRITEBYTECODE": ""}
"""Tests start hundreds of processes of flow8; each would compile all of it anew where this is set."""
Done = subprocess.CompletedProcess[bytes]
LACKING = 75
"""How a step ends that this machine lacks something for; it has said what."""


@dataclass(frozen=True)
class Service:
    """A program that some tests need: its name, the mark of those tests, what it may be called."""

    name: str
    mark: str
    programs: tuple[str, ...]

    def is_missing(self) -> bool:
        """Whether a test needs it and this machine has it not."""
        return not any(map(shutil.which, self.programs)) and any(
            f"mark.{self.mark}" in file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("*.py")
        )


SERVICES = (
    Service("RabbitMQ", "rabbitmq", ("rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server")),
    Service("LibreOffice", "libreoffice", ("soffice", "libreoffice", "/usr/lib/libreoffice/program/soffice")),
    Service("Chromium", "browser", ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")),
    Service("npx (Node.js)", "npx", ("npx",)),
)


@dataclass(frozen=True)
class Step:
    """One check: its name in the summary and its command."""

    name: str
    command: Sequence[str]


@click.command("test", context_settings={"ignore_unknown_options": True})
@click.option("--all", "everything", is_flag=True, help="A service that is missing is a failure.")
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def command(ctx: click.Context, *, everything: bool, pytest_arguments: tuple[str, ...]) -> None:
    """Run lint, types, import contracts and tests. What stands after -- goes to pytest."""
    missing = [service.name for service in SERVICES if service.is_missing()]
    environment = environment_with(COMPILE_ONCE | ({"FLOW8_TEST_ALL": "1"} if everything else {}))
    *checks, tests = steps(pytest_arguments)
    codes = _run_beside_each_other(checks, environment)
    _begin(tests)
    codes[tests.name] = _run(tests, environment).returncode
    for name in [name for name, code in codes.items() if code == LACKING]:
        missing.append(f"what '{name}' needs")
        del codes[name]
    if everything and missing:
        codes["services"] = 1
    _summarise(codes, missing, everything=everything)
    ctx.exit(next((code for code in codes.values() if code), 0))


def steps(pytest_arguments: Sequence[str] = ()) -> list[Step]:
    """All checks in their order, the tests last."""
    return [
        Step("lint", [str(BIN / "ruff"), "check", "."]),
        Step("format", [str(BIN / "ruff"), "format", "--check", "."]),
        Step("types", [str(BIN / "mypy")]),
        Step("imports", [str(BIN / "lint-imports")]),
        *([Step("ui", [sys.executable, "-m", "flow8", "ui", "check"])] if UI.is_file() else []),
        Step("tests", [sys.executable, "-m", "pytest", *_side_by_side(), *pytest_arguments]),
    ]


def _side_by_side() -> list[str]:
    """One more at once than there are cores, since many tests wait; the tests of a file share servers."""
    cores = os.cpu_count() or 1
    return ["-n", str(cores + 1), "--dist", "loadfile", "--no-loadscope-reorder"] if cores > 1 else []


def _run_beside_each_other(checks: Sequence[Step], environment: dict[str, str]) -> dict[str, int]:
    """Each keeps one core busy, so two are done in half the time; each is told whole, in their order."""
    with ThreadPoolExecutor(os.cpu_count()) as hands:
        done = hands.map(lambda check: _run(check, environment, stdout=subprocess.PIPE), checks)
        return {check.name: _tell(check, each) for check, each in zip(checks, done, strict=True)}


def _run(step: Step, environment: dict[str, str], stdout: int | None = None) -> Done:
    """Run it; what it says goes to the screen at once, or is kept when `stdout` is a pipe."""
    try:
        return subprocess.run(
            step.command, cwd=ROOT, env=environment, check=False, stdout=stdout, stderr=subprocess.STDOUT
        )
    except FileNotFoundError:
        lacks = f"{step.command[0]} is not installed; `./flow8core test` installs it.\n"
        return subprocess.CompletedProcess(step.command, 127, lacks.encode())


def _begin(step: Step) -> None:
    click.secho(f"== {step.name}: {' '.join([Path(step.command[0]).name, *step.command[1:]])}", bold=True)


def _tell(step: Step, done: Done) -> int:
    _begin(step)
    click.echo(done.stdout, nl=False)
    return done.returncode


def _summarise(codes: dict[str, int], missing: list[str], *, everything: bool) -> None:
    click.secho("== summary", bold=True)
    for name, code in codes.items():
        click.echo(f"  {'ok' if code == 0 else f'FAILED (code {code})'}: {name}")
    if missing:
        verb = "Missing" if everything else "Left out, because this machine lacks it"
        click.echo(f"{verb}: {', '.join(missing)}")
