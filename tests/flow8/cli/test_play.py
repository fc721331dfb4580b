"""`play`: start a flow, wait for it, follow it."""

import json
from pathlib import Path
from typing import Any

import pytest

from flow8.engine.engine import Engine
from tests.flow8.cli.conftest import Command
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import each, inside, value

FLOWLETS = (
    {"ref": "total", "appId": "var", "args": {"values": {"n": "{{ $args.n * 2 }}"}}},
    {
        "ref": "reply",
        "appId": "var",
        "args": {"values": {"text": "{{ 'ü' }}", "n": "{{ 10 / $prev.total.n }}"}},
    },
)


@pytest.fixture(autouse=True)
def flow(stage: Stage) -> None:
    """A published flow that fails when n is 0."""
    stage.publish(a_flow(*FLOWLETS, input={"type": "object", "required": ["n"]}))


def steps_of(text: str) -> list[list[str]]:
    """The lines that follow a play, without their times."""
    return [line.split()[1:] for line in text.splitlines()]


def test_without_waiting_the_id_of_the_play_is_printed(call: Command, engine: Engine) -> None:
    done = call("play", "a-flow", "--args", '{"n": 1}')

    play_id = done.stdout.strip()
    play = engine.store.plays.load(play_id)
    assert play is not None
    assert (play.origin.door, play.origin.actor, play.args) == ("cli", "command line", {"n": 1})
    assert (done.exit_code, done.stderr) == (0, f"Play {play_id} goes on; it is NEW.\n")


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("option", ["--wait", "--wait=20"])
def test_waiting_prints_the_output_alone(call: Command, option: str) -> None:
    done = call("play", "a-flow", "--args", '{"n": 1}', option)

    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"text": "ü", "n": 5.0}
    assert "ü" in done.stdout


@pytest.mark.usefixtures("worker")
def test_args_come_from_a_file_or_from_the_input(call: Command, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    file.write_text('{"n": 5}')

    from_file = call("play", "a-flow", "--args", f"@{file}", "--wait")
    from_input = call("play", "a-flow", "--args", "-", "--wait", text='{"n": 5}')

    assert json.loads(from_file.stdout) == json.loads(from_input.stdout) == {"text": "ü", "n": 1.0}


@pytest.mark.usefixtures("worker")
def test_following_shows_each_layer_as_it_happens(call: Command) -> None:
    done = call("play", "a-flow", "--args", '{"n": 1}', "--follow")

    assert (done.exit_code, json.loads(done.stdout)["n"]) == (0, 5.0)
    assert steps_of(done.stderr) == [
        ["play", "NEW"],
        ["total", "var", "RUN"],
        ["total", "var", "DONE"],
        ["reply", "var", "RUN"],
        ["reply", "var", "DONE"],
        ["play", "DONE"],
    ]


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("option", ["--wait", "--follow"])
def test_a_play_that_fails_ends_with_one_and_says_where_and_why(call: Command, option: str) -> None:
    done = call("play", "a-flow", "--args", '{"n": 0}', option)

    last = done.stderr.splitlines()[-1]
    assert (done.exit_code, done.stdout) == (1, "null\n")
    assert last.startswith("Play ")
    assert " failed at reply: " in last


@pytest.mark.usefixtures("worker")
def test_programs_get_one_document(call: Command) -> None:
    done = call("play", "a-flow", "--args", '{"n": 0}', "--follow", "--json")

    document: dict[str, Any] = json.loads(done.stdout)
    assert (done.exit_code, done.stderr) == (1, "")
    assert (document["state"], document["output"], document["error"]["ref"]) == ("FAIL", None, "reply")
    assert [(layer["ref"], layer["state"]) for layer in document["layers"]] == [
        ("total", "DONE"),
        ("reply", "FAIL"),
    ]


def test_the_same_key_gives_the_same_play(call: Command) -> None:
    ids = {
        json.loads(call("play", "a-flow", "--args", '{"n": 1}', "--idempotency-key", "k", "--json").stdout)[
            "playId"
        ]
        for _ in range(2)
    }

    assert len(ids) == 1


def test_args_that_do_not_fit_are_listed(call: Command) -> None:
    done = call("play", "a-flow")

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[0] == "Error: The args do not fit the flow's input."
    assert done.stderr.splitlines()[1].startswith("  args.n: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{n: 1}", "this is not JSON"),
        ('{"n": NaN}', "this is not JSON"),
        ("@nowhere.json", "nowhere.json cannot be read: No such file or directory"),
        ("@", "cannot be read: Is a directory"),
    ],
)
def test_args_that_cannot_be_read_are_told_before_anything_starts(
    call: Command, engine: Engine, text: str, message: str
) -> None:
    done = call("play", "a-flow", "--args", text)

    assert done.exit_code == 2
    assert message in done.stderr
    assert engine.store.database["plays"].count_documents({}) == 0


def test_an_unknown_flow_is_one_sentence(call: Command) -> None:
    done = call("play", "nobody")

    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "Error: There is no flow 'nobody'.\n")


@pytest.mark.usefixtures("worker")
def test_a_loop_is_one_line_with_counts_however_many_items_it_has(call: Command, stage: Stage) -> None:
    body = inside(value("bad", {"n": "{{ 1 / ($item % 2) }}"}))
    stage.publish(a_flow(each("{{ $args.items }}", onItemError="continue"), body, flow="loops"))

    done = call("play", "loops", "--args", json.dumps({"items": list(range(300))}), "--follow")

    lines = steps_of(done.stderr)
    assert [line for line in lines if line[0] in ("play", "each")] == [
        ["play", "NEW"],
        ["each", "iterator", "RUN"],
        ["each", "iterator", "DONE", "150", "done,", "150", "failed", "of", "300"],
        ["play", "DONE"],
    ]
    assert len(lines) <= 4 + 6
