"""Flows in a real browser: found, run, begun from an example, copied, switched off, deleted."""

import re

import pytest
from playwright.sync_api import expect

from flow8.engine.perform import perform
from flow8.services import drafts
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.ui_plays import a_failed_play, copies
from tests.support.web import an_actor
from tests.ui.axe import faults
from tests.ui.conftest import Visitor, tell

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

BANK = {"ref": "rates", "appId": "curl", "args": {"url": "https://bank.example/rates"}}
GREETING = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "minLength": 2}, "times": {"type": "integer", "default": 1}},
}


def test_the_list_is_told_in_few_requests_and_searched_on_the_server(visitor: Visitor, stage: Stage) -> None:
    copies(stage.engine, a_failed_play(stage), 4)
    actor = an_actor(stage.engine)
    for n in range(60):
        drafts.create_draft(stage.engine, actor, a_flow(flow=f"other-{n:02}", name=f"Other {n}"))
    drafts.create_draft(stage.engine, actor, a_flow(BANK, flow="zz-rates", name="Exchange rates"))

    page = visitor.open("/flows")
    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Billing", exact=True))
    expect(row.locator(".flows-tick.bad")).to_have_count(5)
    expect(row).to_contain_text("0 %")
    calls = visitor.api_calls()
    tell(f"{len(calls)} requests for a page of 50 flows")
    assert len(calls) <= 6
    page.get_by_role("button", name="Next").click()
    page.get_by_role("link", name="Other 55", exact=True).wait_for()

    page.keyboard.press("/")
    page.keyboard.type("bank rates")
    expect(page.locator(".flows-row")).to_have_count(1)
    expect(page.locator(".flows-matches")).to_contain_text("https://bank.example/rates")
    page.reload()
    expect(page.locator(".flows-row .flows-name")).to_have_text("Exchange rates")
    page.get_by_role("searchbox").fill("nobody-has-this")
    page.get_by_text("No flow fits.").wait_for()
    page.get_by_role("button", name="Show all flows").click()
    expect(page.locator(".flows-row")).to_have_count(50)
    switch = page.get_by_role("switch", name="Other 0 is on")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("exchange")
    page.get_by_role("option", name="Exchange rates").click()
    page.wait_for_url("**/flows/zz-rates")


@pytest.mark.usefixtures("worker")
def test_an_example_is_added_run_copied_and_deleted(visitor: Visitor) -> None:
    page = visitor.open("/flows")
    page.get_by_role("button", name="Add Hello").click()
    page.wait_for_url("**/flows/hello")
    form = page.locator(".flows-run")
    form.get_by_label("Name").fill("Grace")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/plays/*")
    page.get_by_role("heading", name="Hello Grace").wait_for()

    page.goto(f"{visitor.site.address}/flows/hello")
    page.locator(".flows-plays").get_by_text("Hello Grace").wait_for()
    page.get_by_text("The only play that is over went well.").wait_for()
    page.get_by_label("Category").fill("greetings")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("link", name="draft differs").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Duplicate Hello").click()
    page.wait_for_url("**/flows/hello-copy/edit")

    page.goto(f"{visitor.site.address}/flows?category=greetings")
    expect(page.locator(".flows-row")).to_have_count(2)
    page.get_by_role("link", name="Hello", exact=True).click()
    page.get_by_role("button", name="Delete the flow …").click()
    page.get_by_text("Nothing leads to it").wait_for()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("listitem").get_by_role("link", name=re.compile("^Hello"))).to_have_count(1)


def test_what_a_form_gets_wrong_stands_at_its_field(visitor: Visitor, stage: Stage) -> None:
    stage.play(flow="greeting", name="Greeting", input=GREETING, args={"name": "Ada"})
    visitor.forgive("422")
    page = visitor.open("/flows?at=none")
    page.locator(".flows-row").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.wait_for_url("**/flows/greeting?run=1")
    form = page.locator(".flows-run")
    expect(form.get_by_label("Name")).to_be_focused()
    page.keyboard.type("A")
    form.get_by_role("button", name="Run", exact=True).click()

    expect(form.locator("[data-path='args.name'] .form-wrong")).to_contain_text("2")
    assert "/flows/greeting" in page.url
    page.get_by_role("button", name="Delete the flow …").click()
    assert faults(page) == []


def test_a_flow_can_be_pasted_and_its_channels_show_their_tokens_once(visitor: Visitor) -> None:
    text = (
        "flow: pasted\nname: Pasted\nflowlets: [{ref: a, appId: var, args: {values: {}}}]\n"
        "---\nchannel: doors\nkind: http\nroutes: [{httpMethod: POST, path: /in}]\n"
    )
    visitor.forgive("400")
    page = visitor.open("/flows?new=paste")
    page.get_by_label("YAML or JSON").fill("flow: [1,")
    page.get_by_role("button", name="Import").click()
    page.get_by_role("alert").get_by_text("line").wait_for()
    page.get_by_label("YAML or JSON").fill(text)
    page.get_by_label("Publish it at once").check()
    page.get_by_role("button", name="Import").click()

    dialog = page.get_by_role("dialog", name="Pasted is there")
    dialog.get_by_role("button", name="Copy token").wait_for()
    dialog.get_by_role("link", name="Open the flow").click()
    page.locator(".flows-uses").get_by_text("/c/doors/in").wait_for()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_flow_hears_of_its_plays_and_asks_for_none_meanwhile(watcher: Visitor, stage: Stage) -> None:
    heard = stage.publish(a_flow({"ref": "a", "appId": "var", "args": {"values": {}}}, flow="heard"))
    page = watcher.open("/flows/heard")
    page.get_by_text("Live", exact=True).wait_for()
    page.get_by_text("It was never played.").wait_for()
    page.wait_for_timeout(3_000)
    before = len(watcher.api_calls())

    page.wait_for_timeout(6_000)
    asked = watcher.api_calls()[before:]
    perform(stage.engine, stage.accept(heard, {}))

    expect(page.locator(".flows-plays li")).to_contain_text("Done", timeout=8_000)
    assert [url for url in asked if "/plays" in url] == []


@pytest.mark.usefixtures("worker")
def test_a_flow_without_an_input_that_reads_args_is_run_with_some(visitor: Visitor, stage: Stage) -> None:
    greet = {"ref": "greet", "appId": "template", "args": {"text": "Hello {{ $args.name }}"}}
    stage.publish(a_flow(greet, flow="greet", name="Greet"))
    page = visitor.open("/flows/greet?run=1")

    page.get_by_label("Arguments").fill('{"name": "Ada"}')
    page.locator(".flows-run").get_by_role("button", name="Run", exact=True).click()

    page.wait_for_url("**/plays/*")
    play = page.request.get(visitor.site.address + "/api/v1" + page.url.removeprefix(visitor.site.address))
    assert play.json()["args"] == {"name": "Ada"}


def test_escape_leaves_a_field_before_it_leaves_the_flow(visitor: Visitor, stage: Stage) -> None:
    greet = {"ref": "greet", "appId": "template", "args": {"text": "Hello {{ $args.name }}"}}
    stage.publish(a_flow(greet, flow="greet", name="Greet", input=GREETING))
    page = visitor.open("/flows/greet?run=1")
    name = page.get_by_label("Name required")
    name.fill("Ada")

    name.press("Escape")

    expect(name).not_to_be_focused()
    expect(name).to_have_value("Ada")
    page.keyboard.press("Escape")
    page.wait_for_url("**/flows")
