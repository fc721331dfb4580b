"""Health in a real browser: a true verdict, a report that names nobody; and the guide."""

import pytest
from playwright.sync_api import expect

from tests.support.engines import Stage
from tests.support.ui_plays import a_failed_play
from tests.ui.axe import faults_in_both_themes, wrong_when_narrow
from tests.ui.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_the_verdict_and_its_figures_are_true(visitor: Visitor, stage: Stage) -> None:
    leaders = visitor.site.engine.store.leaders
    play_id = a_failed_play(stage)
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open("/status")
    page.get_by_text("Something keeps flow8 from working.").wait_for()
    page.get_by_text("No scheduler leads").wait_for()
    found = faults_in_both_themes(page)

    leaders.lead("scheduler", "one", 60)
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("All is well.").wait_for()
    page.get_by_role("cell", name="charge_card").wait_for()
    expect(page.get_by_role("img", name="1 plays from")).to_be_visible()
    page.get_by_role("button", name="Copy report").click()
    page.get_by_text("Copied").wait_for()
    report = page.evaluate("navigator.clipboard.readText()")
    assert "failures: FAILED 1" in report
    assert [word for word in ("billing", "charge_card", "1042", play_id) if word in report] == []

    page.set_viewport_size({"width": 390, "height": 844})
    found += wrong_when_narrow(page)
    page.get_by_role("link", name=f"play …{play_id[-6:]}").click()
    page.wait_for_url(f"**/plays/{play_id}")
    assert found == []


def test_the_guide_is_one_key_away(visitor: Visitor) -> None:
    page = visitor.open("/status")
    page.locator(".health-verdict").wait_for()
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/docs/guide/first-flow")
    page.get_by_role("link", name="Expressions", exact=True).first.click()
    page.get_by_role("heading", name="Expressions").wait_for()
    page.get_by_role("link", name="All functions", exact=True).click()
    page.get_by_role("cell", name="In capital letters.").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})

    assert wrong_when_narrow(page) == []
