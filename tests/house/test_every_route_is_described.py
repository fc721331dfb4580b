"""Every route of the API says what it takes and answers; what is made of that is true OpenAPI."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from flow8.errors import Flow8Error
from flow8.registry import Registry
from tests.support.web import a_bare_front
from web.describe import View, description_of
from web.front import Front
from web.openapi import described_routes, document
from web.openapi_errors import STATUS_OF

READERS = {"query": "query", "json_body": "body"}
ANY_OBJECT = {"save_flow", "create_flow"}
"""Views whose drafts may have problems: they take any object, and say what it should be."""
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def app(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> Iterator[Front]:
    """A front that nobody knows."""
    yield from a_bare_front(mongodb_uri, tmp_path_factory.mktemp("house"), registry)


@pytest.fixture(scope="module")
def told(app: Front) -> dict[str, Any]:
    """The description of the API."""
    return document(app, "http://localhost:4454")


def test_every_route_says_what_it_takes_and_answers(app: Front) -> None:
    silent = [
        f"{method} {rule.rule}"
        for method, rule, view in described_routes(app)
        if description_of(view) is None
    ]

    assert silent == [], "put @answers(...) on each of these views"


def test_a_view_reads_just_what_it_says(app: Front) -> None:
    wrong = {}
    for method, rule, view in described_routes(app):
        description = description_of(view)
        if description is None or view.__name__ in ANY_OBJECT:
            continue
        said = {
            field: None if model is None else model.__name__
            for field, model in (("query", description.query), ("body", description.body))
        }
        read = dict.fromkeys(READERS.values()) | _models_read(view)
        reads_text = "text_body" in _calls(view)
        if said != read or reads_text != description.text_body:
            wrong[f"{method} {rule.rule}"] = (said, read)

    assert wrong == {}


def test_every_error_that_is_named_is_one_that_is_raised(app: Front) -> None:
    source = "".join(
        path.read_text()
        for folder in ("flow8", "web")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "openapi_errors.py" and path.parent.name != "api"
    )
    named = {
        code
        for _, _, view in described_routes(app)
        if (found := description_of(view))
        for code in found.errors
    }

    assert named - set(STATUS_OF) == set()
    assert {code for code in STATUS_OF if f'"{code}"' not in source} == set()


def test_every_operation_has_a_summary_a_policy_statuses_and_parameters(told: dict[str, Any]) -> None:
    for path, methods in told["paths"].items():
        for operation in methods.values():
            assert operation["summary"].endswith(".") or operation["summary"], path
            assert operation["x-policy"]["who"]
            assert {each["name"] for each in operation["parameters"] if each["in"] == "path"} == set(
                re.findall(r"{(\w+)}", path)
            )
            statuses = set(operation["responses"])
            assert any(status.startswith(("2", "101")) for status in statuses)
            assert "503" in statuses
            assert operation["x-policy"]["who"] == "anybody" or {"401", "403"} <= statuses


def test_names_of_operations_are_unique(told: dict[str, Any]) -> None:
    ids = [each["operationId"] for methods in told["paths"].values() for each in methods.values()]

    assert len(ids) == len(set(ids)) > 60


def test_every_schema_is_one_and_every_reference_leads_somewhere(told: dict[str, Any]) -> None:
    for schema in told["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for reference in _references(told):
        assert reference.removeprefix("#/components/schemas/") in told["components"]["schemas"]


def test_shapes_have_plain_names(told: dict[str, Any]) -> None:
    assert [name for name in told["components"]["schemas"] if "__" in name] == [], "two classes of one name"


def test_errors_have_one_shape(told: dict[str, Any]) -> None:
    shown = set(told["components"]["schemas"]["Error"]["properties"])

    assert shown == {"error", "message", "statusCode", "requestId", "details"}
    assert issubclass(Flow8Error, Exception)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _models_read(view: View) -> dict[str, str]:
    """The models that a view, or a function of its file that it calls, reads a request with."""
    found = {}
    for node in _nodes(view):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in READERS:
            found[READERS[node.func.id]] = ast.unparse(node.args[0])
    return found


def _calls(view: View) -> set[str]:
    return {
        node.func.id
        for node in _nodes(view)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def _nodes(view: View, seen: frozenset[str] = frozenset()) -> Iterator[ast.AST]:
    module = inspect.getmodule(view)
    assert module is not None
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(view)))):
        yield node
        helper = _helper(module, node, seen)
        if helper is not None:
            yield from _nodes(helper, seen | {helper.__name__})


def _helper(module: ModuleType, node: ast.AST, seen: frozenset[str]) -> View | None:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return None
    found = getattr(module, node.func.id, None)
    is_ours = inspect.isfunction(found) and inspect.getmodule(found) is module
    return found if is_ours and node.func.id.startswith("_") and node.func.id not in seen else None
