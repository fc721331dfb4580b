"""The stairs: every import contract of pyproject.toml holds, and every package is under one."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_import_contract_holds() -> None:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"

    done = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_environment_is_read_in_one_place_only() -> None:
    folders = ("config", "flow8", "catalogue", "web", "workers", "scheduler", "agents")

    readers = sorted(
        str(path.relative_to(ROOT))
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "os.environ" in path.read_text() or "os.getenv" in path.read_text()
    )

    assert readers == ["config/settings.py"]
