"""The list of plays in a real browser: errors in one click, ten thousand rows, nothing moves meanwhile."""

import time

import pytest
from playwright.sync_api import expect

from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.ui_plays import a_failed_play, copies
from tests.ui.axe import faults
from tests.ui.conftest import Visitor, tell

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

ERROR = "HTTP 402 card_declined"
WHOLE = {"appId": "var", "args": {"values": {"n": 1}}}
PATIENCE = 20_000


def rows(visitor: Visitor) -> int:
    """How many rows are in the page."""
    return visitor.page.locator(".row").count()


def blank_after_scrolling(visitor: Visitor) -> float:
    """For how many milliseconds no row is in sight after the list was scrolled by a hundred of them."""
    found: float = visitor.page.evaluate(
        """async () => {
          const list = document.querySelector('.rows'), began = performance.now();
          const inSight = () => {
            const box = list.getBoundingClientRect();
            return [...list.querySelectorAll('.row')].some((row) => {
              const { top, bottom } = row.getBoundingClientRect();
              return bottom > box.top && top < box.bottom;
            });
          };
          list.scrollTop += 4600;
          do await new Promise(requestAnimationFrame);
          while (!inSight() && performance.now() - began < 20000);
          return performance.now() - began;
        }"""
    )
    return found


def test_the_error_is_in_the_row_and_one_click_away_with_the_failing_flowlet(
    visitor: Visitor, stage: Stage
) -> None:
    a_failed_play(stage)
    page = visitor.open("/plays")

    row = page.locator(".row").first
    assert "Invoice 1042" in row.inner_text()
    assert f"charge_card · {ERROR}" in row.inner_text()

    row.get_by_text("Invoice 1042").click()

    told = page.locator(".details .failed .notice")
    told.wait_for()
    assert ERROR in told.inner_text()
    box = told.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800
    sentence = page.locator(".verdict .sentence").inner_text()
    assert sentence == f"charge_card failed: {ERROR}. 1 later flowlet was skipped because of it."


def test_keys_lead_there_as_well(visitor: Visitor, stage: Stage) -> None:
    a_failed_play(stage)
    page = visitor.open("/plays")
    page.locator(".row").first.wait_for()

    page.keyboard.press("j")
    page.locator(".row.here").wait_for()
    page.keyboard.press("Enter")

    page.locator(".details .failed").get_by_text(ERROR).wait_for()
    page.keyboard.press("Escape")
    page.locator(".row.here").wait_for()


def test_ten_thousand_plays_are_as_light_as_ten(visitor: Visitor, stage: Stage) -> None:
    play = stage.play({"ref": "one", **WHOLE}, flow="many", name="Many")
    copies(stage.engine, play.id, 9_999)
    began = time.monotonic()
    page = visitor.open("/plays")
    page.locator(".row").first.wait_for()
    tell(f"first rows after {time.monotonic() - began:.2f} s")

    assert rows(visitor) <= 60
    assert len(visitor.api_calls()) <= 3, visitor.api_calls()

    top, blanks = 0.0, []
    for _ in range(300):
        blanks.append(blank_after_scrolling(visitor))
        page.wait_for_timeout(50)
        top = page.evaluate("document.querySelector('.rows').scrollTop")
        if top / 46 >= 5000:
            break
    tell(f"row {top / 46:.0f}, longest task {visitor.longest_task()} ms, longest blank {max(blanks):.0f} ms")

    assert top / 46 >= 5000
    assert rows(visitor) <= 60


def test_new_plays_wait_in_a_pill_and_move_nothing(visitor: Visitor, stage: Stage) -> None:
    play = stage.play({"ref": "one", **WHOLE}, flow="many", name="Many")
    copies(stage.engine, play.id, 200)
    page = visitor.open("/plays")
    page.locator(".row").first.wait_for()
    page.keyboard.press("j")
    page.locator(".row.here").wait_for()
    page.evaluate("document.querySelector('.rows').scrollTop = 20")
    page.wait_for_timeout(200)
    look = """() => [document.querySelector('.rows').scrollTop, ...[...document.querySelectorAll('.row')].map(
      (row) => row.querySelector('a').href + row.className + row.getBoundingClientRect().top)]"""
    before = page.evaluate(look)

    copies(stage.engine, play.id, 50)
    page.get_by_role("button", name="50 new").wait_for(timeout=PATIENCE)

    assert page.evaluate(look) == before
    page.get_by_role("button", name="50 new").click()
    page.get_by_role("button", name="50 new").wait_for(state="detached")


def test_filters_stand_in_the_address_and_survive_reload_and_back(visitor: Visitor, stage: Stage) -> None:
    a_failed_play(stage)
    stage.play({"ref": "one", **WHOLE}, flow="good", name="Good")
    page = visitor.open("/plays")
    page.locator(".row").nth(1).wait_for()

    page.keyboard.press("1")
    page.wait_for_url("**/plays?state=FAIL")
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_label("Flow", exact=True).select_option("billing")
    page.wait_for_url("**/plays?state=FAIL&flow=billing")
    page.reload()
    expect(page.locator(".row")).to_have_count(1)
    assert page.get_by_role("button", name="Failed").get_attribute("aria-pressed") == "true"

    page.go_back()
    page.wait_for_url("**/plays?state=FAIL")
    page.go_back()
    expect(page.locator(".row")).to_have_count(2)


def test_empty_filtered_empty_and_failed_are_three_messages(visitor: Visitor, stage: Stage) -> None:
    page = visitor.open("/plays")
    page.get_by_text("No plays yet.").wait_for()

    a_failed_play(stage)
    visitor.open("/plays?state=DONE")
    page.get_by_text("No play fits.").wait_for()
    page.get_by_role("button", name="state DONE").click()
    page.locator(".row").first.wait_for()

    refused = {"error": "INTERNAL", "message": "It broke.", "statusCode": 500, "requestId": "r-4711"}
    page.route("**/api/v1/plays?*", lambda route: route.fulfill(status=500, json=refused))
    visitor.forgive("500")
    visitor.open("/plays?flow=billing")
    page.get_by_role("alert").get_by_text("It broke.").wait_for()
    assert "r-4711" in page.get_by_role("alert").inner_text()
    assert page.get_by_text("No play").count() == 0


@pytest.mark.usefixtures("worker")
def test_chosen_plays_are_played_again(visitor: Visitor, stage: Stage) -> None:
    a_failed_play(stage)
    stage.accept(stage.engine.store.flows.find(stage.company_id, "billing"), {"id": 2})  # type: ignore[arg-type]
    page = visitor.open("/plays")
    expect(page.locator(".row .state.bad")).to_have_count(2)

    page.locator(".row input").nth(0).check()
    page.locator(".row input").nth(1).check()
    page.get_by_role("region", name="Chosen plays").get_by_role("button", name="Rerun", exact=True).click()

    page.get_by_text("Done with 2").wait_for()
    assert stage.engine.store.database["plays"].count_documents({"rerunOf": {"$ne": None}}) == 2


@pytest.mark.usefixtures("worker")
def test_all_that_fit_are_counted_first_and_none_that_come_later(visitor: Visitor, stage: Stage) -> None:
    bad = a_failed_play(stage)
    copies(stage.engine, bad, 119)
    stage.play({"ref": "one", **WHOLE}, flow="good", name="Good")
    page = visitor.open("/plays?state=FAIL")
    page.locator(".row input").first.check()
    chosen = page.get_by_role("region", name="Chosen plays")

    chosen.get_by_role("button", name="Rerun all that fit").click()
    page.get_by_role("dialog", name="Rerun 120 plays?").get_by_role("button", name="Rerun 120").click()

    page.get_by_text("Done with 120").wait_for(timeout=60_000)
    assert stage.engine.store.database["plays"].count_documents({"rerunOf": {"$ne": None}}) == 120


def test_plays_are_read_beside_the_list(visitor: Visitor, stage: Stage) -> None:
    copies(stage.engine, a_failed_play(stage), 3)
    page = visitor.open("/plays")
    page.locator(".row").first.wait_for()

    page.keyboard.press("o")
    preview = page.get_by_role("region", name="Preview")
    preview.get_by_text(ERROR).first.wait_for()
    preview.get_by_role("tab", name="Output").click()
    first = page.locator(".row.here a").first.get_attribute("href")
    page.keyboard.press("j")
    expect(page.locator(".row.here a").first).not_to_have_attribute("href", str(first))
    expect(preview.get_by_role("tab", name="Output")).to_have_attribute("aria-selected", "true")
    assert faults(page) == []

    page.reload()
    preview.wait_for()
    page.keyboard.press("Escape")
    expect(preview).to_have_count(0)
    assert "peek" not in page.url


def test_filters_get_a_name_and_come_back(visitor: Visitor, stage: Stage) -> None:
    a_failed_play(stage)
    page = visitor.open("/plays?state=FAIL&flow=billing")
    page.locator(".row").first.wait_for()
    page.get_by_text("Saved views").click()
    page.get_by_label("Name of this view").fill("Failed bills")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Failed bills", exact=True).wait_for()
    assert faults(page) == []

    page = visitor.open("/plays")
    page.get_by_text("Saved views").click()
    page.get_by_role("button", name="Failed bills", exact=True).click()
    page.wait_for_url("**state=FAIL&flow=billing")
    expect(page.locator(".views-menu summary")).to_contain_text("Failed bills")

    page.locator(".views-menu summary").click()
    page.get_by_role("button", name="Forget Failed bills").click()
    page.get_by_text("None yet").wait_for()


def test_the_histogram_counts_what_the_list_shows(visitor: Visitor, stage: Stage) -> None:
    a_failed_play(stage)
    stage.play(WHOLE | {"ref": "one"}, flow="refund", name="Refund", title="Refund 7")
    page = visitor.open("/plays")
    page.locator("figcaption").get_by_text("2 plays by state").wait_for()

    page.get_by_role("searchbox").fill("refund")

    page.locator("figcaption").get_by_text("1 play by state").wait_for()


def test_every_flow_can_be_chosen_however_many_there_are(visitor: Visitor, stage: Stage) -> None:
    for number in range(101):
        stage.publish(a_flow(flow=f"flow-{number:03}", name=f"Flow {number:03}"))
    page = visitor.open("/plays")
    page.get_by_text("No plays yet.").wait_for()

    for name in ("Flow 000", "Flow 100"):
        page.get_by_label("Flow", exact=True).select_option(label=name)
        page.get_by_text("No play fits.").wait_for()


def test_up_from_a_play_is_the_list_as_it_was_wherever_one_came_from(visitor: Visitor, stage: Stage) -> None:
    play_id = a_failed_play(stage)
    page = visitor.open(f"/plays/{play_id}")
    page.get_by_role("heading", name="Invoice 1042").wait_for()
    page.keyboard.press("Escape")
    page.locator(".row.here").wait_for()

    page.get_by_role("button", name="Failed").click()
    page.locator(".row a").first.click()
    page.get_by_role("heading", name="Invoice 1042").wait_for()
    page.get_by_role("tab", name="Events").click()
    page.locator(".crumbs").get_by_role("link", name="Plays").click()

    page.locator(".row.here").wait_for()
    assert "state=FAIL" in page.url
