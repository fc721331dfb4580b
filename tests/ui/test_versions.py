"""Versions in a real browser: what differs is told in words, no secret is, an old one comes back."""

import json
from typing import Any

import pytest
from playwright.sync_api import Response, expect

from flow8.services import flows, versions
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.web import an_actor
from tests.ui.axe import faults_in_both_themes
from tests.ui.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

OLD, NEW = "old-swordfish-1", "new-swordfish-2"


def var(ref: str, index: int, **more: Any) -> dict[str, Any]:
    """A flowlet of a stage."""
    return {"ref": ref, "appId": "var", "args": {"values": {}}, "index": index, **more}


def publish(stage: Stage, *flowlets: dict[str, Any], note: str) -> None:
    """The next version of `billing`."""
    text = json.dumps(a_flow(*flowlets, flow="billing", name="Billing"))
    flows.import_text(stage.engine, an_actor(stage.engine), text, publish=True, note=note)


def two_versions(stage: Stage) -> None:
    """One flowlet is new, one gone, one changed, in a secret too, and five are in another stage."""
    five = [f"step_{n}" for n in range(5)]
    charge = {"ref": "charge", "appId": "curl", "index": 9}
    args = {"url": "https://bank.example/charge"}
    old = {**charge, "args": {**args, "headers": {"Authorization": f"Bearer {OLD}"}}, "retry": {"count": 1}}
    new = {**charge, "args": {**args, "headers": {"Authorization": f"Bearer {NEW}"}}, "retry": {"count": 3}}
    publish(stage, *(var(ref, n) for n, ref in enumerate(five)), old, var("log", 9), note="The first")
    moved = [var(ref, n + 1) for n, ref in enumerate(five)]
    publish(stage, *moved, new, var("notify", 9, name="Tell her"), note="Try thrice, and tell her")


def test_what_differs_is_told_in_words_and_no_secret_is(visitor: Visitor, stage: Stage) -> None:
    two_versions(stage)
    told: list[str] = []

    def keep(response: Response) -> None:
        if "/api/" in response.url:
            told.append(response.text())

    visitor.page.on("response", keep)
    page = visitor.open("/flows/billing/versions?a=1&b=2")
    page.locator(".react-flow__node").first.wait_for()

    page.get_by_role("heading", name="3 changes, 5 moved to another stage").wait_for()
    changes = page.get_by_role("list", name="Changes").locator(".flows-change")
    expect(changes).to_have_count(3)
    expect(changes.filter(has_text="notify")).to_contain_text("“Tell her”, var")
    expect(changes.filter(has_text="log")).to_contain_text("gone")
    charge = changes.filter(has_text="charge")
    expect(charge).to_contain_text("retry.count 1 → 3")
    expect(charge).to_contain_text(
        "args.headers.Authorization changed; it is secret, so its value is not shown"
    )
    expect(page.locator(".flows-moved li:visible")).to_have_count(0)
    page.get_by_text("5 moved to another stage", exact=True).last.click()
    expect(page.locator(".flows-moved li:visible")).to_have_count(5)
    expect(page.locator(".flows-marked.busy")).to_have_count(10)
    page.keyboard.press("j")
    expect(page.locator(".flows-change.here")).to_have_count(1)
    page.keyboard.press("s")
    page.locator(".flows-side .flows-added").first.wait_for()
    assert "view=text" in page.url
    shown = page.content()
    assert not [text for text in (shown, *told) if OLD in text or NEW in text]
    assert len(told) > 3
    assert faults_in_both_themes(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.querySelector('.page').scrollWidth <= innerWidth")


def test_an_old_version_comes_back_as_draft_and_no_edit_is_lost_unasked(
    visitor: Visitor, stage: Stage
) -> None:
    two_versions(stage)
    engine, actor = stage.engine, an_actor(stage.engine)
    edited = json.dumps(a_flow(var("edited", 0), flow="billing", name="Billing"))
    flows.import_text(engine, actor, edited)
    visitor.forgive("409")

    page = visitor.open("/flows/billing/versions")
    page.get_by_text("Try thrice, and tell her").wait_for()
    page.get_by_role("button", name="Restore as draft, v1").click()
    page.get_by_role("button", name="Restore it").click()
    page.get_by_role("dialog").get_by_text("that nobody published").wait_for()
    assert flows.get_flow(engine, actor, "billing").draft["flowlets"][0]["ref"] == "edited"
    page.get_by_role("button", name="Give them up for v1").click()

    page.wait_for_url("**/versions?a=published&b=draft")
    page.get_by_role("list", name="Changes").get_by_text("log").wait_for()
    draft = flows.get_flow(engine, actor, "billing").draft
    assert draft == versions.get_version(engine, actor, "billing", 1).definition


def test_whoever_looks_at_the_edits_that_would_be_lost_sees_them(visitor: Visitor, stage: Stage) -> None:
    two_versions(stage)
    edited = json.dumps(a_flow(var("edited", 0), flow="billing", name="Billing"))
    flows.import_text(stage.engine, an_actor(stage.engine), edited)
    visitor.forgive("409")
    page = visitor.open("/flows/billing/versions?a=1&b=2")
    page.get_by_role("button", name="Restore as draft, v1").click()
    page.get_by_role("button", name="Restore it").click()

    page.get_by_role("dialog").get_by_role("link", name="See what they are").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("list", name="Changes").get_by_text("edited").first.wait_for()
