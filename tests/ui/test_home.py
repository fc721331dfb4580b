"""Home: what needs somebody stands there, is one click away, and can be put aside until it happens again."""

import pytest
from playwright.sync_api import expect

from tests.support.engines import Stage
from tests.support.ui_plays import a_failed_play, copies
from tests.ui.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_nothing_played_yet_is_a_place_to_begin(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.wait_for_url("**/home")

    page.get_by_role("heading", name="Nothing was played yet").wait_for()
    page.get_by_role("link", name="Import an example").click()
    page.get_by_role("dialog").wait_for()


def test_failures_are_told_by_reason_put_aside_and_told_again(visitor: Visitor, stage: Stage) -> None:
    last = a_failed_play(stage)
    copies(stage.engine, last, 4)
    page = visitor.open("/home")
    needs = page.locator(".home-need")

    expect(needs).to_have_count(1)
    expect(needs).to_contain_text("billing · charge_card failed 5 times")
    expect(needs).to_contain_text("HTTP 402 card_declined")
    expect(page.get_by_label("Flows played lately").get_by_role("link", name="billing")).to_be_visible()

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("heading", name="Nothing needs you").wait_for()
    expect(needs).to_have_count(0)
    page.reload()
    page.get_by_role("button", name="Show 1 seen").click()
    expect(needs).to_have_count(1)

    copies(stage.engine, last, 1)
    page.goto(page.url.replace("?seen=1", ""))
    expect(needs).to_contain_text("failed 6 times")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plays/*")
    expect(page.get_by_text("HTTP 402 card_declined").first).to_be_in_viewport()


def test_a_failure_comes_in_while_one_looks(visitor: Visitor, stage: Stage) -> None:
    stage.play({"ref": "a", "appId": "var", "args": {"values": {"x": 1}}}, flow="fine")
    page = visitor.open("/home")
    page.get_by_role("heading", name="Nothing needs you").wait_for()

    a_failed_play(stage)

    expect(page.locator(".home-need")).to_contain_text("charge_card failed", timeout=30_000)
