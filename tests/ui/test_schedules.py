"""Schedules in a real browser: made, changed, and what became of each time."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from flow8.domain.schedule import Timing
from flow8.services import firing, schedules
from flow8.services.schedule_rules import Wish
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.ui_plays import a_failed_play
from tests.support.web import an_actor
from tests.ui.axe import wrong_when_narrow
from tests.ui.conftest import Visitor
from tests.ui.test_channels import triage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_a_schedule_is_made_changed_and_switched_by_words(visitor: Visitor) -> None:
    triage(visitor.site)
    visitor.forgive("422", "404")
    page = visitor.open("/schedules")
    page.get_by_role("button", name="every day at 02:00").click()
    form = page.get_by_role("dialog", name="New schedule")
    expect(form.locator(".schedules-times li")).to_have_count(5)
    form.get_by_label("Cron", exact=True).fill("61 2 * * *")
    form.get_by_text("the minute '61' must be from 0 to 59").wait_for()
    form.get_by_label("Cron", exact=True).fill("30 2 * * mon-fri")
    form.get_by_text("every weekday at 02:30").wait_for()
    form.get_by_label("Time zone").fill("Europe/Berlin")
    form.get_by_label("Name").fill("Nightly")
    form.get_by_label("Flow", exact=True).fill("order-triage")
    form.get_by_label("Id").wait_for()
    form.get_by_role("button", name="Make the schedule").click()
    form.locator(".form-wrong, [aria-invalid=true]").first.wait_for()
    form.get_by_label("Flow", exact=True).fill("orders")
    form.get_by_role("button", name="Make the schedule").click()
    form.get_by_text("orders").first.wait_for()
    form.get_by_label("Flow", exact=True).fill("order-triage")
    form.get_by_label("Id").fill("A-1")
    form.get_by_role("button", name="Add to items").click()
    form.get_by_label("Price").fill("1")
    form.get_by_label("Qty").fill("2")
    form.get_by_role("button", name="Make the schedule").click()

    page.wait_for_url("**/schedules/*")
    page.get_by_text("every weekday at 02:30").wait_for()
    page.keyboard.press("e")
    form = page.get_by_role("dialog", name="Change Nightly")
    form.get_by_role("button", name="Every so often").click()
    form.get_by_label("Every", exact=True).fill("5")
    expect(form.locator(".schedules-times li")).to_have_count(5)
    form.get_by_role("button", name="Save").click()
    page.get_by_text("every 5 minutes").wait_for()
    page.keyboard.press("Space")
    page.get_by_text("It is off.").wait_for()
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.get_by_text("No schedules yet.").wait_for()


@pytest.mark.usefixtures("worker")
def test_what_became_of_each_time_is_told_to_everybody(visitor: Visitor, stage: Stage) -> None:
    a_failed_play(stage)
    engine, admin = visitor.site.engine, an_actor(visitor.site.engine)
    begin = engine.store.clock.now() - timedelta(hours=2)
    wish = Wish("Ticks", "billing", Timing(interval_seconds=60, starts_at=begin), args={"id": 1})
    made = schedules.create_schedule(engine, admin, wish).schedule
    due = made.due_at
    assert due is not None
    for minutes in (0, 40):
        firing.fire(engine, made.id, 7, due + timedelta(minutes=minutes, seconds=1))
    visitor.page.set_viewport_size({"width": 390, "height": 844})

    page = visitor.open("/schedules")
    page.locator(".schedules-last").get_by_text("Failed").wait_for()
    page.get_by_role(
        "img", name=re.compile(r"Ticks: 3 played, \d+ missed in the last 12 hours; due ")
    ).wait_for()
    page.get_by_role("status").filter(has_text="Missed in the last 12 hours: Ticks").wait_for()
    found = {"list": wrong_when_narrow(page)}
    visitor.open("/schedules?new=1")
    page.locator("dialog .schedules-times li").first.wait_for()
    found["form"] = wrong_when_narrow(page)
    visitor.open(f"/schedules/{made.id}?state=missed")
    expect(page.locator(".schedules-firings li")).to_have_count(1)
    page.get_by_text(re.compile(r"\d+ missed")).wait_for()
    expect(page.get_by_role("button", name="Play them …")).to_be_visible()
    page.get_by_role("button", name="all", exact=True).click()
    expect(page.locator(".schedules-firings li")).to_have_count(4)
    found["one"] = wrong_when_narrow(page)
    page.locator(".schedules-play").first.click()
    page.wait_for_url("**/plays/*")

    assert {name: each for name, each in found.items() if each} == {}


def test_a_double_click_plays_it_once(visitor: Visitor, stage: Stage) -> None:
    engine = stage.engine
    flow = stage.publish(a_flow(flow="report", name="Report"))
    wish = Wish("Nightly", flow.permanent_id, Timing(cron="0 2 * * *"), args={"n": 1})
    made = schedules.create_schedule(engine, an_actor(engine), wish).schedule
    page = visitor.open(f"/schedules/{made.id}")

    page.get_by_role("button", name="Play it now").dblclick()

    page.get_by_role("heading", name="report").wait_for()
    assert engine.store.database["plays"].count_documents({}) == 1


def test_past_times_are_counted_first_and_played_once(visitor: Visitor, stage: Stage) -> None:
    engine = stage.engine
    flow = stage.publish(a_flow(flow="report", name="Report"))
    wish = Wish("Hourly", flow.permanent_id, Timing(cron="0 * * * *"), args={"n": 1}, enabled=False)
    made = schedules.create_schedule(engine, an_actor(engine), wish).schedule
    visitor.forgive("422")
    page = visitor.open(f"/schedules/{made.id}")
    page.get_by_role("heading", name="Hourly").wait_for()
    page.keyboard.press("b")
    form = page.get_by_role("dialog", name="Play past times of Hourly")
    form.get_by_text("This makes 24 plays.").wait_for()
    form.get_by_label("To", exact=True).fill("2126-01-01T00:00")
    form.get_by_text("is in the time to come").wait_for()
    expect(form.get_by_role("button", name="Play them")).to_be_disabled()

    form.get_by_label("From", exact=True).fill("2026-06-10T00:30")
    form.get_by_label("To", exact=True).fill("2026-06-10T02:30")
    form.get_by_role("button", name="Play 2").click()

    page.get_by_text("2 plays were made.").wait_for()
    expect(page.locator(".schedules-firings li")).to_have_count(2)
    assert engine.store.database["plays"].count_documents({}) == 2
    page.get_by_role("button", name="Play past times …").click()
    form.get_by_label("From", exact=True).fill("2026-06-10T00:30")
    form.get_by_label("To", exact=True).fill("2026-06-10T03:30")
    form.get_by_text("This makes 1 play. 2 of the span have theirs already.").wait_for()
    page.get_by_role("button", name="Leave it").click()
    page.get_by_role("link", name="See them").click()
    page.wait_for_url("**/plays?flow=*")
