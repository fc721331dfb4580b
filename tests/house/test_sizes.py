"""Files and functions stay small enough to be read at one sitting."""

import ast
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("config", "flow8", "catalogue", "web", "workers", "scheduler", "agents", "bench", "tests")
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LANGUAGE = ROOT / "flow8" / "domain" / "expression"
MOST_LINES_OF_THE_LANGUAGE = 600
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


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


def test_the_expression_language_without_its_table_of_functions_can_be_read_in_an_evening() -> None:
    assert sum(map(lines_of_code, LANGUAGE.glob("*.py"))) <= MOST_LINES_OF_THE_LANGUAGE


def lines_of_code(path: Path) -> int:
    """Lines that hold more than a comment or a docstring."""
    with path.open("rb") as file:
        tokens = [token for token in tokenize.tokenize(file.readline) if token.type not in NO_CODE]
    code = {line for token in tokens[1:] for line in range(token.start[0], token.end[0] + 1)}
    words = {line for node in ast.walk(ast.parse(path.read_text())) for line in docstring_lines(node)}
    return len(code - words)


def docstring_lines(node: ast.AST) -> range:
    """The lines of the docstring of a module, class or function."""
    documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
    if not documented or not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
        return range(0)
    return range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
