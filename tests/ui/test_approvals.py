"""Approvals in a real browser: decided in two taps on a phone, by key, and said why not where one may not."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from flow8.engine.perform import perform
from flow8.services import approvals
from tests.support.engines import Stage
from tests.support.web import an_actor
from tests.ui.axe import faults_in_both_themes
from tests.ui.conftest import Site, Visitor, visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def phone(chromium: Browser, site: Site) -> Iterator[Visitor]:
    """A visitor with a phone."""
    yield from visit(chromium, site, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)


def a_question(stage: Stage, order: int, **approval: object) -> str:
    """The id of a play that asks about a refund."""
    ask = {
        "ref": "ask",
        "appId": "var",
        "args": {"values": {"order": order, "amount": 240}},
        "needsApproval": True,
        "approval": {"note": "Is it right?", **approval},
    }
    return stage.play(ask, flow=f"refund-{order}", name="Refund", title=f"Refund {order}").id


def test_a_phone_decides_in_two_taps(phone: Visitor, stage: Stage) -> None:
    approved, declined = a_question(stage, 1042), a_question(stage, 1043)
    page = phone.open("/approvals")
    page.locator(".rail-button .badge").get_by_text("2", exact=True).wait_for()
    first = page.get_by_role("article", name="Refund 1042")
    expect(first).to_contain_text("Is it right?")
    expect(first).to_contain_text("240")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    first.get_by_role("button", name="Approve").tap()
    first.get_by_role("button", name="Yes, approve").tap()
    page.get_by_text("Refund 1042: approved.").wait_for()
    perform(stage.engine, approved)
    assert stage.load(approved).state == "DONE"

    second = page.get_by_role("article", name="Refund 1043")
    second.get_by_role("button", name="Decline").tap()
    expect(second.get_by_role("button", name="Yes, decline")).to_be_disabled()
    second.get_by_label("Why not?").fill("It was paid twice.")
    second.get_by_role("button", name="Yes, decline").tap()
    page.get_by_text("Nothing waits for you.").wait_for()
    perform(stage.engine, declined)
    assert stage.load(declined).state == "FAIL"
    expect(page.get_by_role("list", name="Last decisions")).to_contain_text("It was paid twice.")
    expect(page.locator(".rail .badge")).to_have_count(0)


def test_a_link_leads_to_one_question_which_says_who_may_and_who_did(visitor: Visitor, stage: Stage) -> None:
    mine, theirs = a_question(stage, 1042), a_question(stage, 1043, approvers=["grace"])
    page = visitor.open(f"/approvals/{theirs}")
    page.get_by_text("Only grace may decide here").wait_for()
    assert page.get_by_role("button", name="Approve").count() == 0

    visitor.open(f"/approvals/{mine}")
    page.get_by_role("article").wait_for()
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Yes, approve")).to_be_focused()
    assert faults_in_both_themes(page) == []
    # Somebody else is first.
    note = "I was first."
    approvals.decide(stage.engine, an_actor(stage.engine), mine, "ask", decision="declined", note=note)
    visitor.forgive("409")
    page.keyboard.press("Enter")

    page.get_by_role("list", name="Decided in this play").get_by_text(note).wait_for()
    expect(page.get_by_role("list", name="Decided in this play")).to_contain_text("by a admin")
    expect(page.get_by_role("status").filter(has_text="Nothing waits here any more.")).to_contain_text(
        "Declined by a admin"
    )


def test_whoever_comes_second_is_told_in_the_list_who_was_first(visitor: Visitor, stage: Stage) -> None:
    mine, _other = a_question(stage, 1042), a_question(stage, 1043)
    page = visitor.open("/approvals")
    card = page.get_by_role("article", name="Refund 1042")
    card.get_by_role("button", name="Approve").click()
    approvals.decide(stage.engine, an_actor(stage.engine), mine, "ask", decision="declined", note="No.")
    visitor.forgive("409")
    card.get_by_role("button", name="Yes, approve").click()

    # The card says so as well, until the list is there without it.
    page.get_by_role("status").get_by_text("was declined already by a admin").wait_for()
    expect(card).to_have_count(0)
    page.get_by_role("link", name="Refund 1042").first.click()
    page.get_by_text("Declined by a admin").wait_for()


def test_a_look_that_fails_takes_nothing_away_that_was_typed(visitor: Visitor, stage: Stage) -> None:
    a_question(stage, 1042)
    page = visitor.open("/approvals")
    page.get_by_role("button", name="Decline").click()
    page.get_by_label("Why not?").fill("It was paid")
    visitor.forgive("503")
    body = '{"error": "DATABASE", "message": "MongoDB does not answer.", "statusCode": 503, "details": []}'
    page.route("**/api/v1/approvals?*", lambda route: route.fulfill(status=503, body=body))

    page.get_by_role("alert").get_by_text("MongoDB does not answer.").wait_for()
    expect(page.get_by_label("Why not?")).to_have_value("It was paid")
    page.unroute("**/api/v1/approvals?*")
    page.get_by_role("alert").wait_for(state="detached")
    expect(page.get_by_label("Why not?")).to_have_value("It was paid")
