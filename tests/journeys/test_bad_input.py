"""Bad input is refused in words that name the field and the fix, on a running system."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.system import System, call, running, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

SIX_MISTAKES: dict[str, Any] = {
    "flow": "wrong",
    "name": "Wrong",
    "flowlets": [
        {"ref": "a", "appId": "vaar", "args": {}},
        {"ref": "b", "appId": "var", "args": {"values": {"n": "{{ $args.n + }}"}}},
        {"ref": "b", "appId": "var", "args": {"values": {}}},
        {"ref": "c", "appId": "var", "after": ["nobody"], "args": {"values": {}}},
        {"ref": "d", "appId": "template", "args": {"txt": "x"}},
        {"ref": "args", "appId": "var", "args": {"values": {}}},
    ],
}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A whole flow8 with a small body limit."""
    with running(tmp_path_factory.mktemp("flow8")) as started:
        yield started


def test_a_flow_with_mistakes_lists_each_with_its_path(system: System) -> None:
    answer = system.api("POST", "flows/import?publish=true", SIX_MISTAKES)

    paths = {detail["path"] for detail in answer.json["details"]}
    assert answer.status == 422
    assert {
        "flowlets[0].appId",
        "flowlets[1].args.values.n",
        "flowlets[2].ref",
        "flowlets[3].after[0]",
        "flowlets[4].args.txt",
        "flowlets[5].ref",
    } <= paths
    assert system.api("GET", "flows/wrong").status == 404


def test_args_that_break_the_input_are_listed(system: System) -> None:
    answer = system.api("POST", "flows/order-triage/run", {"args": {"items": "none"}})

    assert answer.status == 422
    assert {"args.id", "args.items"} <= {detail["path"] for detail in answer.json["details"]}


def test_broken_json_is_told_with_its_place(system: System) -> None:
    answer = system.api("POST", "flows/order-triage/run", b'{"args": ')

    assert (answer.status, answer.json["error"]) == (400, "MALFORMED")
    assert "line 1" in answer.json["message"]


def test_an_unknown_path_of_a_channel_is_not_found(system: System) -> None:
    url = f"http://127.0.0.1:{system.channel}/nowhere"

    answer = call("POST", url, {}, system.header("orders-token"))

    assert (answer.status, answer.json["error"]) == (404, "ROUTE_NOT_FOUND")


def test_a_channel_wants_its_token(system: System) -> None:
    answer = call("POST", f"http://127.0.0.1:{system.channel}/orders", {"id": 1})

    assert answer.status == 401
    assert "token" in answer.json["message"]


def test_a_path_out_of_the_storage_is_refused(system: System) -> None:
    flowlet = {"ref": "read", "appId": "storage-read", "args": {"path": "../../etc/passwd"}}
    system.publish({"flow": "thief", "name": "Thief", "flowlets": [flowlet]})

    play = system.run("thief", wait=30)

    assert play["state"] == "FAIL"
    assert "root:" not in str(play)
    assert "path" in play["error"]["message"].lower()


def test_a_wrong_password_is_refused_and_logged_in_the_documented_format(system: System) -> None:
    url = f"http://127.0.0.1:{system.web}/api/v1/auth/login"

    answer = call("POST", url, {"email": "admin@localhost", "password": "wrong"})

    line = until(lambda: _line(system, "login failed"), 30, "the line in the log")
    assert answer.status == 401
    assert " ERROR auth login failed: wrong_password user_id=" in line


def _line(system: System, words: str) -> str | None:
    log = (system.folder / "data" / "logs" / "app.log").read_text()
    return next((line for line in log.splitlines() if words in line), None)
