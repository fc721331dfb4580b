"""Channels in a real browser: from nothing to a line that works in a terminal, and what stands in the way."""

import subprocess

import pytest
from playwright.sync_api import Page, expect

from config.kinds import ROOT
from flow8.services import channels, flows
from tests.support.engines import Stage
from tests.support.ui_company import fill
from tests.support.web import ADDRESS, an_actor
from tests.ui.axe import wrong_when_narrow
from tests.ui.conftest import Site, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def triage(site: Site) -> None:
    """A flow to lead to, with the channels `orders` and `agents`."""
    text = (ROOT / "examples" / "order-triage.yml").read_bytes()
    flows.import_text(site.engine, an_actor(site.engine), text, publish=True)


def see_the_play(page: Page) -> None:
    """Follow the last of three requests to its play."""
    rows = page.locator(".channels-table tbody tr")
    expect(rows).to_have_count(3, timeout=15_000)
    rows.first.get_by_role("link").click()
    page.wait_for_url("**/plays/*")
    page.get_by_role("heading", name="Order A-9").wait_for()


def take_away(page: Page) -> None:
    """Switch the channel of the page off, then delete it."""
    page.get_by_role("switch", name="The channel is").click()
    page.get_by_text("The channel is off").wait_for()
    page.get_by_role("button", name="Delete …").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url("**/channels")
    expect(page.locator(".channels-name")).to_have_count(2)


@pytest.mark.usefixtures("worker")
def test_a_channel_is_made_called_tried_and_taken_away(visitor: Visitor) -> None:
    triage(visitor.site)
    page = visitor.open("/channels")
    page.locator(".channels-list").wait_for()
    page.keyboard.press("n")
    form = page.get_by_role("dialog", name="New channel")
    visitor.forgive("422")
    form.get_by_role("button", name="Make the channel").click()
    expect(form.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    form.get_by_label("Name").fill("Shop")
    form.get_by_role("button", name="Make the channel").click()
    page.wait_for_url("**/channels/shop")
    token = page.locator(".channels-token code").text_content() or ""

    page.get_by_role("button", name="New route").click()
    form = page.get_by_role("dialog", name="New route")
    form.get_by_label("Flow", exact=True).fill("nobody")
    form.get_by_label("Path").fill("/orders")
    form.get_by_role("button", name="Save").click()
    form.get_by_text("there is no flow 'nobody'").wait_for()
    form.get_by_label("Flow", exact=True).fill("order-triage")
    form.get_by_role("button", name="Save").click()
    card = page.get_by_role("article", name="POST /orders")
    expect(card.locator("dd code")).to_have_text([f"{ADDRESS}/c/shop/orders", "http://localhost:7702/orders"])
    page.get_by_text("Nothing listens on").wait_for()

    # The line of the page, in a real shell; only its address is that of the test.
    expect(card.locator("pre")).to_contain_text(token)
    line = (card.locator("pre").text_content() or "").replace(ADDRESS, visitor.site.address)
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True, timeout=60)
    assert '"label":"big"' in done.stdout

    card.get_by_role("button", name="Try it").click()
    card.get_by_label("Id").fill("")
    card.get_by_role("button", name="Send").click()
    card.locator(".form-wrong, .field-wrong, [aria-invalid=true]").first.wait_for()
    card.get_by_label("Id").fill("A-9")
    page.keyboard.press("Control+Enter")
    expect(card.locator(".channels-answer pre")).to_contain_text('"id": "A-9"')
    see_the_play(page)
    page.go_back()
    take_away(page)
    assert page.locator(".channels-name").all_text_contents() == ["Agents", "Orders"]


def test_every_kind_can_be_used_by_everybody(visitor: Visitor) -> None:
    triage(visitor.site)
    engine, admin = visitor.site.engine, an_actor(visitor.site.engine)
    channels.create_channel(engine, admin, name="Open", kind="http", auth_mode="public")
    channels.create_channel(engine, admin, name="Till", kind="tcp")
    channels.add_route(engine, admin, "till", name="sale", target_flows=["order-triage"])
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    found = {}
    for path, there in (
        ("/channels", ".channels-ways"),
        ("/channels?new=mcp", ".channels-kinds"),
        ("/channels/orders?try=none", ".channels-card"),
        ("/channels/orders?route=new", "dialog[open] select"),
        ("/channels/till", ".channels-snippet"),
        ("/channels/agents", ".channels-card pre"),
        ("/channels/open", ".notice.late"),
    ):
        page = visitor.open(path)
        page.locator(there).first.wait_for()
        found[path] = wrong_when_narrow(page)

    assert {path: each for path, each in found.items() if each} == {}


def test_what_cannot_be_shown_says_so(visitor: Visitor) -> None:
    visitor.forgive("404")
    page = visitor.open("/channels")
    page.get_by_text("No channels yet.").wait_for()
    visitor.open("/channels/nobody")
    page.get_by_role("alert").get_by_text("There is no channel 'nobody'.").wait_for()
    assert page.get_by_role("button", name="Try again").is_visible()


def test_the_list_hands_out_addresses_and_leads_to_a_try(visitor: Visitor, stage: Stage) -> None:
    fill(stage)
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open("/channels")
    shop = page.locator(".channels-list > li").filter(has_text="Shop")
    shop.get_by_role("button", name="Copy address").click()
    shop.get_by_text("Copied").wait_for()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address.endswith("/c/shop/orders")

    shop.get_by_role("link", name="Try it").click()
    page.locator(".channels-try").wait_for()
    page.go_back()
    page.wait_for_url("**/channels")
