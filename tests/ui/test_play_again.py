"""Playing again in a real browser: a slip of the hand makes no second play, and nothing typed is lost."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.engines import Stage
from tests.support.ui_plays import copies
from tests.ui.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

INPUT = {"type": "object", "properties": {"id": {"type": "integer"}}}


def a_play(stage: Stage) -> str:
    """The id of a play that went well."""
    step: dict[str, Any] = {"ref": "one", "appId": "var", "args": {"values": {"id": "{{ $args.id }}"}}}
    return stage.play(step, args={"id": 1}, flow="again", name="Again", input=INPUT).id


def reruns(visitor: Visitor) -> int:
    """How many plays were asked to be played again."""
    return sum(url.endswith("/rerun") for url in visitor.asked)


def test_a_double_click_plays_once(visitor: Visitor, stage: Stage) -> None:
    play_id = a_play(stage)
    page = visitor.open(f"/plays/{play_id}")

    page.get_by_role("button", name="Rerun", exact=True).dblclick()

    page.get_by_text(f"rerun of {play_id}").wait_for()
    assert reruns(visitor) == 1
    assert [url for url in visitor.asked if url.endswith(("/cancel", "/hold"))] == []


@pytest.mark.usefixtures("worker")
def test_a_key_that_is_held_down_plays_once(visitor: Visitor, stage: Stage) -> None:
    play_id = a_play(stage)
    page = visitor.open(f"/plays/{play_id}")
    page.get_by_role("button", name="Rerun", exact=True).wait_for()

    page.keyboard.down("r")
    page.keyboard.down("r")
    page.get_by_text(f"rerun of {play_id}").wait_for()
    page.get_by_role("button", name="Rerun", exact=True).wait_for()
    page.keyboard.down("r")
    page.keyboard.up("r")

    page.get_by_role("heading", name="again").wait_for()
    assert reruns(visitor) == 1


def test_chosen_plays_are_played_again_once_each(visitor: Visitor, stage: Stage) -> None:
    copies(stage.engine, a_play(stage), 1)
    page = visitor.open("/plays")
    page.locator(".row").nth(1).wait_for()
    for box in page.get_by_role("checkbox", name="Choose").all():
        box.check()

    page.keyboard.press("r")
    page.keyboard.press("r")

    page.get_by_text("Done with 2").wait_for()
    assert reruns(visitor) == 2


@pytest.mark.usefixtures("worker")
def test_arguments_that_are_refused_stay_to_be_put_right(visitor: Visitor, stage: Stage) -> None:
    page = visitor.open(f"/plays/{a_play(stage)}")
    page.get_by_role("button", name="Rerun with").click()
    dialog = page.get_by_role("dialog")
    visitor.forgive("422")

    dialog.get_by_label("Arguments").fill(json.dumps({"id": "seven"}))
    dialog.get_by_role("button", name="Rerun").click()

    expect(dialog.get_by_role("alert")).to_contain_text("args.id")
    expect(dialog.get_by_label("Arguments")).to_have_value(json.dumps({"id": "seven"}))
    dialog.get_by_label("Arguments").fill(json.dumps({"id": 7}))
    dialog.get_by_role("button", name="Rerun").click()
    page.get_by_role("heading", name="again").wait_for()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_double_click_decides_once(visitor: Visitor, stage: Stage) -> None:
    ask = {"ref": "ask", "appId": "var", "args": {"values": {}}, "needsApproval": True}
    page = visitor.open(f"/plays/{stage.play(ask, flow='ask', name='Ask').id}")

    page.get_by_role("button", name="Approve").dblclick()

    page.get_by_text("Your decision is stored").wait_for()
    assert sum(url.endswith("/approve") for url in visitor.asked) == 1
