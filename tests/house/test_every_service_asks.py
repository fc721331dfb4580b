"""Rule: whatever acts for somebody checks the right first, in the company or on the flow that it is about."""

import ast
from collections.abc import Iterator
from pathlib import Path

SERVICES = Path(__file__).resolve().parents[2] / "flow8" / "services"

QUESTIONS = ("must", "must_on_flow", "must_on_play", "must_on_schedule", "must_within")

NEED_NOT_ASK = {
    "asking.must": "it is the question itself",
    "asking.audit": "it writes down what was allowed or denied before",
    "sign_in.who_am_i": "everyone may know who they are",
    "companies.my_companies": "everyone may know where they belong to",
    "companies.my_company": "everyone may know where they belong to",
    "account.change_password": "everyone may change their own, and has to know the current one",
    "sessions.switch_company": "everyone may go on in another company of theirs",
    "tickets.make_ticket": "it gives what the session or key has already",
    "reach.rights_on": "it is part of the question",
    "reach.must_on_flow": "it is the question itself",
    "reach.must_on_play": "it is the question itself",
    "reach.must_on_schedule": "it is the question itself",
    "reach.must_within": "it is the question itself",
    "reach.holds_within": "it is part of the question",
    "named_flows.unreachable_flows": "it is a question about each flow",
    "named_flows.missing_flows": "it tells who may not see every flow nothing",
    "named_resources.missing_names": "it tells who may not see every flow nothing",
    "own_fields.must_be_allowed_to_move": "it is a question that only some texts ask",
    "files.files_in": "it is a question about each file that a value speaks of",
    "feed.renew": "it asks anew about each thing that is followed",
    "play_filter.which_plays": "it is part of the question",
    "written_secrets.may_see": "it is a question that only some texts ask",
    "written_secrets.flow_as_seen": "it shows less of what was asked for",
    "written_secrets.version_as_seen": "it shows less of what was asked for",
    "written_secrets.problems_as_seen": "it shows less of what was asked for",
    "written_secrets.veil_over": "it shows less of what was asked for",
    "flow_search.seen_to_hold": "it narrows what was asked for",
}


def test_every_public_service_that_takes_an_actor_starts_by_asking_for_a_right() -> None:
    silent = {name for name, function in _services() if not _asks_first(function)}

    assert silent == set(NEED_NOT_ASK)


def test_there_are_services_to_look_at() -> None:
    names = {name for name, _ in _services()}

    assert {"plays.run", "flows.publish", "channels.add_route", "keys.create_key"} <= names


def _services() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(SERVICES.glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _takes_actor(node):
                yield f"{path.stem}.{node.name}", node


def _takes_actor(function: ast.FunctionDef) -> bool:
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return any(arg.annotation is not None and "Actor" in ast.unparse(arg.annotation) for arg in given)


def _asks_first(function: ast.FunctionDef) -> bool:
    """Whether the first statement after the docstring calls one of the questions."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    first = body[0]
    if not (isinstance(first, ast.Expr | ast.Assign) and isinstance(first.value, ast.Call)):
        return False
    called = first.value.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in QUESTIONS
