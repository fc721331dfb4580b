"""`flow import|export|list|publish`."""

import json
from pathlib import Path

import pytest

from flow8.domain.documents import write_yaml
from flow8.engine.engine import Engine
from tests.flow8.cli.conftest import Command
from tests.support.factories import a_flow

FLOW = write_yaml(a_flow())
ORDERS = "---\nchannel: orders\nkind: http\nroutes:\n  - {httpMethod: POST, path: /orders}\n"
BROKEN = write_yaml(a_flow({"ref": "only", "appId": "vra"}))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a flow and a channel."""
    path = tmp_path / "a-flow.yml"
    path.write_text(FLOW + ORDERS)
    return path


def test_a_file_is_imported_and_published(call: Command, engine: Engine, file: Path) -> None:
    done = call("flow", "import", str(file), "--publish", "--note", "First")

    first, channel = done.stdout.splitlines()
    assert done.exit_code == 0
    assert first == "a-flow: published as version 1."
    assert channel.startswith("channel orders (http) made on port 7701; its token, shown this once: ")
    flow = engine.store.flows.find(engine.store.companies.ensure("default", "").id, "a-flow")
    assert flow is not None
    assert (flow.published, flow.updated_by) == (1, "command line")


def test_an_import_answers_as_json(call: Command, file: Path) -> None:
    done = call("flow", "import", str(file), "--json")

    document = json.loads(done.stdout)
    assert (document["flow"], document["version"], document["published"], document["problems"]) == (
        "a-flow",
        None,
        0,
        [],
    )
    assert document["channels"][0] | {"token": None} == {
        "slug": "orders",
        "kind": "http",
        "port": 7701,
        "token": None,
    }
    assert len(document["channels"][0]["token"]) == 43


def test_a_draft_with_problems_is_saved_and_they_are_listed(call: Command) -> None:
    done = call("flow", "import", "-", text=BROKEN)

    lines = done.stdout.splitlines()
    assert (done.exit_code, lines[:2]) == (0, ["a-flow: saved as the draft.", "It cannot be published yet:"])
    assert lines[2].startswith("  flowlets[0].appId: ")


@pytest.mark.parametrize("arguments", [("flow", "import", "-", "--publish"), ("flow", "publish", "a-flow")])
def test_problems_keep_a_flow_from_being_published(call: Command, arguments: tuple[str, ...]) -> None:
    call("flow", "import", "-", text=BROKEN)

    done = call(*arguments, text=BROKEN)

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")
    assert "\n  flowlets[0].appId: " in done.stderr


def test_edits_are_replaced_by_force_only(call: Command) -> None:
    call("flow", "import", "-", text=FLOW)
    other = FLOW.replace("A flow", "Another flow")

    refused = call("flow", "import", "-", text=other)
    forced = call("flow", "import", "-", "--force", text=other)

    assert (refused.exit_code, forced.exit_code) == (1, 0)
    assert "force the import" in refused.stderr


def test_an_export_can_be_imported_again(call: Command) -> None:
    call("flow", "import", "-", "--publish", text=FLOW)

    exported = call("flow", "export", "a-flow")
    again = call("flow", "import", "-", "--json", text=exported.stdout)

    assert exported.stdout == FLOW
    assert json.loads(again.stdout)["hasUnpublishedEdits"] is False


def test_flows_are_listed_for_people_and_for_programs(call: Command) -> None:
    call("flow", "import", "-", "--publish", text=FLOW)
    call("flow", "import", "-", text=FLOW.replace("flow: a-flow", "flow: b-flow"))

    people, programs = call("flow", "list"), call("flow", "list", "--json")

    lines = [line.split() for line in people.stdout.splitlines()]
    assert lines[0] == ["Flow", "Name", "Version", "Draft", "Updated"]
    assert [line[:-1] for line in lines[1:]] == [
        ["a-flow", "A", "flow", "1", "published"],
        ["b-flow", "A", "flow", "-", "edited"],
    ]
    assert [(flow["flow"], flow["published"]) for flow in json.loads(programs.stdout)] == [
        ("a-flow", 1),
        ("b-flow", 0),
    ]


def test_more_flows_than_a_page_holds_are_all_listed(call: Command, engine: Engine) -> None:
    company = engine.store.companies.ensure("default", "Default")
    for number in range(101):
        engine.store.flows.create(company.id, a_flow(flow=f"flow-{number:03}"), "test")

    assert len(json.loads(call("flow", "list", "--json").stdout)) == 101


def test_publishing_tells_the_version(call: Command) -> None:
    call("flow", "import", "-", text=FLOW)

    told, as_json = call("flow", "publish", "a-flow"), call("flow", "publish", "a-flow", "--json")

    assert told.stdout == "a-flow: published as version 1.\n"
    assert json.loads(as_json.stdout)["published"] == 2


@pytest.mark.parametrize("arguments", [("export", "nobody"), ("publish", "nobody")])
def test_an_unknown_flow_is_one_sentence(call: Command, arguments: tuple[str, ...]) -> None:
    done = call("flow", *arguments)

    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "Error: There is no flow 'nobody'.\n")


def test_an_installation_that_was_never_started_is_one_sentence(call: Command, engine: Engine) -> None:
    engine.store.database["companies"].delete_many({})

    done = call("flow", "list")

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "Error: There is nothing here yet; start flow8 once with ./flow8core up\n"
