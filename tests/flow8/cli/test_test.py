"""The `test` command, on a small tree of its own: all runs, the first failure decides, gaps are named."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flow8.cli.test import Service

HERE = Path(__file__).parents[3]
OURS = [
    *(str(file.relative_to(HERE)) for file in (HERE / "config").glob("*.py")),
    *(
        "flow8/__init__.py",
        "flow8/__main__.py",
        "flow8/errors.py",
        "flow8/cli/__init__.py",
        "flow8/cli/test.py",
    ),
]
PROJECT = """
[tool.ruff.lint]
select = ["F"]
[tool.mypy]
files = ["tests"]
[tool.importlinter]
root_packages = ["config", "flow8"]
[[tool.importlinter.contracts]]
name = "Ground"
type = "forbidden"
source_modules = ["config"]
forbidden_modules = ["flow8"]
[tool.pytest.ini_options]
addopts = [
    "--import-mode=importlib",
    "-p", "no:randomly",
    "-p", "no:cacheprovider",
    "-p", "no:schemathesis",
    "-p", "no:hypothesispytest",
    "-p", "no:pytest_flask_dance",
]
"""
"""Without the plugins that the small tree has no use for: each of its processes would load them."""
PASSES = '"""One."""\n\n\ndef test_one() -> None:\n    assert True\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree whose checks all pass, with the command line of this one."""
    for name in OURS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / name, tmp_path / name)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_one.py").write_text(PASSES)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "ruff.toml").write_text('include = ["tests/*.py"]\nlint.select = ["F"]\n')
    return tmp_path


def run(tree: Path, *arguments: str, path: str = os.environ["PATH"]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "flow8", "test", *arguments],
        cwd="/",
        # What mypy learns of the standard library serves every tree.
        env={"PATH": path, "PYTHONPATH": str(tree), "MYPY_CACHE_DIR": str(tree.parent / "mypy")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def summary(done: "subprocess.CompletedProcess[str]") -> list[str]:
    return done.stdout.partition("== summary\n")[2].splitlines()


def test_everything_runs_and_the_result_of_the_tests_stays_visible(tree: Path) -> None:
    done = run(tree)

    assert done.returncode == 0, done.stdout
    assert "1 passed in" in done.stdout
    assert summary(done) == ["  ok: lint", "  ok: format", "  ok: types", "  ok: imports", "  ok: tests"]


def test_a_failure_does_not_keep_the_rest_from_running_and_decides_the_exit_code(tree: Path) -> None:
    (tree / "tests" / "test_one.py").write_text(PASSES.replace("True", "False == 1") + '\n\nx: int = ""\n')

    done = run(tree)

    assert done.returncode == 1
    assert "1 failed in" in done.stdout
    assert summary(done) == [
        "  ok: lint",
        "  ok: format",
        "  FAILED (code 1): types",
        "  ok: imports",
        "  FAILED (code 1): tests",
    ]


def test_arguments_after_the_dashes_go_to_pytest(tree: Path) -> None:
    done = run(tree, "--", "-k", "nothing")

    assert done.returncode == 5
    assert summary(done)[-1] == "  FAILED (code 5): tests"


def test_a_missing_service_is_named_and_with_all_it_is_a_failure(tree: Path) -> None:
    (tree / "tests" / "test_page.py").write_text(
        '"""Page."""\n\nimport os\n\nimport pytest\n\n\n@pytest.mark.browser\n'
        'def test_it() -> None:\n    assert os.environ.get("FLOW8_TEST_ALL") == "1"\n'
    )
    (tree / "pyproject.toml").write_text(f"{PROJECT}markers = ['browser: needs Chromium']\n")

    without = run(tree, path="/nowhere")
    with_all = run(tree, "--all", path="/nowhere")

    assert summary(without)[-1] == "Left out, because this machine lacks it: Chromium"
    assert with_all.returncode == 1
    assert summary(with_all)[-3:] == [
        "  ok: tests",
        "  FAILED (code 1): services",
        "Missing: Chromium",
    ]


@pytest.mark.parametrize(("more", "code"), [((), 0), (("--all",), 1)])
def test_a_check_of_the_ui_that_cannot_be_made_is_named(tree: Path, more: tuple[str, ...], code: int) -> None:
    (tree / "ui").mkdir()
    (tree / "ui" / "package.json").write_text("{}")
    (tree / "flow8" / "cli" / "ui.py").write_text(
        '"""UI."""\n\nimport sys\n\nimport click\n\n\n@click.command("ui")\n@click.argument("what")\n'
        "def command(what: str) -> None:\n    sys.exit(75)\n"
    )

    done = run(tree, *more)

    assert done.returncode == code
    assert summary(done)[-1].endswith("what 'ui' needs")


def test_a_service_that_no_test_needs_is_not_missed() -> None:
    service = Service("Moon", "moon_base", ("no-such-program",))

    assert not service.is_missing()
