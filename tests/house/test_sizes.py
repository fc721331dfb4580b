"""Files and functions stay small enough to be read at one sitting."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("config", "flow8", "catalogue", "web", "workers", "scheduler", "agents", "bench", "tests")
LONGEST_FILE = 400
LONGEST_FUNCTION = 50


def python_files() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_short_begins_with_a_docstring_and_has_short_functions(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)

    too_long = [
        f"{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert text.count("\n") <= LONGEST_FILE
    assert too_long == []
    assert ast.get_docstring(tree)
