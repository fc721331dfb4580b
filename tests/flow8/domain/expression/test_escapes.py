"""Whatever someone writes between the braces, or sends as data, stays inside the language."""

import ast
import copy
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flow8.domain import expression
from flow8.domain.expression import ExpressionError, Scope, compile_value, find_problems, functions

HERE = Path(__file__).parent
LINES = (HERE / "escapes.txt").read_text(encoding="utf-8").splitlines()
ESCAPES = [line for line in LINES if not line.startswith("# ")]
DATA: dict[str, Any] = {
    "args": {"x": "text", "n": 3, "list": [1, "a", None], "object": {"a": {"b": 1}}, "a": {}},
    "prev": {"step": {"field": 1}},
    "kv": {"secret": "hunter2"},
    "item": {"id": 1},
    "now": "2026-02-01T08:30:00Z",
}


def attempt(text: str, data: dict[str, Any] = DATA) -> Any:
    """What comes out, or the ExpressionError; any other exception is let through and fails the test."""
    try:
        return compile_value(text).evaluate(Scope(data))
    except ExpressionError as error:
        return error


def compiles(text: str) -> bool:
    try:
        compile_value(text)
    except ExpressionError:
        return False
    return True


def is_fine(result: Any) -> bool:
    """JSON, or an error that hides no mistake of ours."""
    if isinstance(result, ExpressionError):
        return not isinstance(result.__context__, (LookupError, TypeError))
    return is_json(result)


def is_json(value: Any) -> bool:
    if type(value) is list:
        return all(map(is_json, value))
    if type(value) is dict:
        return all(type(key) is str and is_json(part) for key, part in value.items())
    return value is None or type(value) in (str, bool, int, float)


@pytest.mark.parametrize("source", ESCAPES)
def test_an_escape_gives_json_or_an_expression_error_and_changes_nothing(source: str) -> None:
    data = copy.deepcopy(DATA)
    started = time.process_time()

    result = attempt(f"{{{{ {source} }}}}", data)

    assert is_fine(result)
    assert "hunter2" not in str(result)
    assert "object at 0x" not in str(result)
    assert data == DATA
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("source", ESCAPES)
def test_an_escape_that_arrives_as_data_stays_data(source: str) -> None:
    text = f"{{{{ {source} }}}}"
    scope = Scope({"args": {"x": text, text: 1}})

    whole = compile_value("{{ $args.x }}").evaluate(scope)
    inside = compile_value("<{{ $args.x }}>").evaluate(scope)
    joined = compile_value('{{ "" + $args.x }}').evaluate(scope)
    nested = compile_value({"a": ["{{ $args }}"]}).evaluate(scope)

    assert [whole, inside, joined] == [text, f"<{text}>", text]
    assert nested == {"a": [{"x": text, text: 1}]}


def test_no_escape_touches_the_system() -> None:
    done = subprocess.run(
        [sys.executable, HERE / "audited.py"], capture_output=True, text=True, check=False, timeout=100
    )

    assert done.stderr == ""
    assert done.stdout == f"{len(ESCAPES)} escapes, no event\n"


NAMES = [function.name for function in functions()]
WORDS = [
    *NAMES,
    *(f"${root}" for root in expression.ROOTS),
    ".x",
    ".list",
    ".n",
    "true",
    "null",
    "0",
    "1",
    "-1",
    "2.5",
]
SIGNS = [*"+-*/%<>!?:|.,()[]{}", "==", "!=", "&&", "||", "??", "}}", "{{", '"', "'", "\\", " "]
TEXTS = [
    '"a"',
    '""',
    "'{{'",
    '"[1]"',
    '"2026-02-01"',
    '"day"',
    '"Europe/Berlin"',
    '"(a+)"',
    "[1, 2]",
    "{a: 1}",
]


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(WORDS + SIGNS + TEXTS), max_size=30).map(" ".join))
def test_any_words_of_the_language_give_json_or_an_expression_error(source: str) -> None:
    result = attempt(f"{{{{ {source} }}}}")

    assert is_fine(result)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_json_or_an_expression_error(source: str) -> None:
    result = attempt(f"{{{{ {source} }}}}")

    assert is_fine(result)
    assert compiles(source) is (find_problems(source, "p") == [])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=1_500, deadline=None)
@given(st.sampled_from(functions()), st.lists(JSON, min_size=3, max_size=3))
def test_any_function_with_any_data_gives_json_or_an_expression_error(
    function: Any, values: list[Any]
) -> None:
    most = function.signature.count(",") + 1 if "()" not in function.signature else 0
    for count in range(most + 1):
        args = ", ".join(f"$args[{place}]" for place in range(min(count, 3)))
        data = {"args": copy.deepcopy(values)}

        result = attempt(f"{{{{ {function.name}({args}) }}}}", data)

        assert is_fine(result)
        assert json.dumps(data["args"]) == json.dumps(values)


BANNED = {
    "getattr",
    "setattr",
    "delattr",
    "hasattr",
    "eval",
    "exec",
    "compile",
    "globals",
    "locals",
    "vars",
    "dir",
}
BANNED |= {"open", "input", "print", "breakpoint", "object", "format", "memoryview", "__import__"}
DUNDERS = {"__init__", "__slots__", "__all__"}
IMPORTS = {
    "collections",
    "dataclasses",
    "typing",
    "functools",
    "itertools",
    "operator",
    "difflib",
    "math",
    "decimal",
}
IMPORTS |= {
    "re",
    "re2",
    "json",
    "html",
    "base64",
    "urllib",
    "hashlib",
    "hmac",
    "secrets",
    "uuid",
    "sys",
    "time",
}
IMPORTS |= {"calendar", "datetime", "zoneinfo", "jmespath", "flow8"}
SOURCES = sorted(Path(expression.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_source_holds_none_of_the_ways_out(path: Path) -> None:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name) and node.id in BANNED:
            found.append(node.id)
        if isinstance(node, ast.Attribute) and node.attr in {"format", "format_map"}:
            found.append(node.attr)
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Mod)
            and isinstance(node.left, ast.Constant)
        ):
            found.append("text % values")
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            found.append(ast.unparse(node))
        found += [name for name in _names(node) if name.startswith("__") and name not in DUNDERS]
        if isinstance(node, ast.ImportFrom | ast.Import):
            modules = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
            )
            found += [module for module in modules if module.split(".")[0] not in IMPORTS]
            found += [module for module in modules if module.startswith("flow8") and not _is_ours(module)]

    assert found == []


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    return [node.id] if isinstance(node, ast.Name) else [node.attr] if isinstance(node, ast.Attribute) else []


def _is_ours(module: str) -> bool:
    return module == "flow8.errors" or module.startswith("flow8.domain.expression")
