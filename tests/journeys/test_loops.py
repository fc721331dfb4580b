"""A flow with loops on a whole flow8: imported, run, looked into, approved item by item, followed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.loops import asked, each, total
from tests.support.system import ROOT, System, call, running, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

ORDERS = [
    {"id": f"A-{number}", "lines": [{"name": "Pen", "price": 2, "qty": number}] if number != 3 else []}
    for number in range(1, 31)
]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A whole flow8 with the example of a loop."""
    with running(tmp_path_factory.mktemp("loops")) as started:
        text = (ROOT / "examples" / "invoice-run.yml").read_bytes()
        url = f"http://127.0.0.1:{started.web}/api/v1/flows/import?publish=true"
        headers = {"Content-Type": "application/yaml", **started.header("api-key")}
        assert call("POST", url, text, headers).status == 200
        yield started


def test_a_batch_is_played_and_each_item_can_be_looked_into(system: System) -> None:
    played = system.run("invoice-run", args={"orders": ORDERS, "taxPercent": 0}, wait=60)
    play_id = played["playId"]

    play = system.api("GET", f"plays/{play_id}").json
    layer = system.api("GET", f"plays/{play_id}/layers/line%231%230").json
    failed = system.api("GET", f"plays/{play_id}/layers/each/iterations?state=FAIL").json

    assert played["output"]["total"] == sum(2 * number for number in range(1, 31) if number != 3)
    assert {row["ref"]: row["loop"]["done"] for row in play["layers"] if row["loop"]} == {"each": 29}
    assert layer["output"] == {"place": 1, "name": "Pen", "gross": 4}
    assert [(row["index"], row["error"]["message"]) for row in failed["data"]] == [
        (2, "Order A-3 has no lines.")
    ]


def test_items_are_approved_one_by_one(system: System) -> None:
    system.publish(
        {"flow": "asks", "name": "Asks", "flowlets": [each([7, 8], parallel=2), asked(), total("ok")]}
    )
    play_id = system.run("asks")["playId"]
    until(lambda: _waiting(system, play_id) == ["ok#0", "ok#1"], what="the asking")

    for layer_id in ("ok#1", "ok#0"):
        body = {"layerId": layer_id, "decision": "approved"}
        assert system.api("POST", f"plays/{play_id}/approve", body).status == 202

    assert system.finished(play_id)["output"] == {"value": 15, "count": 2}


def _waiting(system: System, play_id: str) -> list[Any]:
    rows = system.api("GET", "approvals").json["data"]
    return [each["layerId"] for row in rows if row["id"] == play_id for each in row["approvals"]]


def test_following_shows_a_loop_as_one_line(system: System, tmp_path: Path) -> None:
    args = tmp_path / "args.json"
    args.write_text('{"orders": [{"id": "A-1", "lines": []}, {"id": "A-2", "lines": []}]}')

    done = system.cli("play", "invoice-run", "--args", f"@{args}", "--follow")

    lines = [line.split()[1:] for line in done.stderr.splitlines()]
    assert done.returncode == 0, done.stderr
    assert ["each", "iterator", "DONE", "0", "done,", "2", "failed", "of", "2"] in lines
    assert [line[0] for line in lines].count("each") == 2
