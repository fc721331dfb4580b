"""What is written in the editor is kept as it is and told where it is wrong, never replaced silently."""

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from flow8.services import drafts
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.web import an_actor
from tests.ui.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

TWICE = """\
flow: billing
name: Billing
flowlets:
  - ref: start
    appId: var
    args: {values: {v: 1}}
  - ref: start
    appId: var
    args: {values: {v: 1}}
"""

PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true}));
}"""


def opened(visitor: Visitor, stage: Stage, way: str) -> Page:
    """The editor of a published flow of two flowlets."""
    start = {"ref": "start", "appId": "var", "args": {"values": {"v": 1, "w": 2}}}
    ask = {"ref": "ask", "appId": "curl", "args": {"url": "https://example.org", "timeoutSeconds": 10}}
    stage.publish(a_flow(start, ask, flow="billing", name="Billing"))
    page = visitor.open(f"/flows/billing/edit?{way}")
    page.locator(".editor-head").wait_for()
    return page


def flowlets(stage: Stage) -> list[dict[str, Any]]:
    """Those of the draft on the server."""
    found = stage.engine.store.flows.find(stage.company_id, "billing")
    assert found is not None
    return list(found.draft["flowlets"])


def saved(page: Page) -> None:
    """Wait until the draft is on the server."""
    page.wait_for_timeout(400)
    page.locator(".editor-facts").get_by_text("Draft saved").wait_for()


def cannot_publish(page: Page, why: str) -> None:
    """Publishing is refused with a reason."""
    page.get_by_role("button", name="Publish …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(why)
    expect(dialog.get_by_role("button", name="Publish version")).to_be_disabled()
    page.keyboard.press("Escape")


def code(page: Page) -> Locator:
    """The text of the Code view."""
    return page.locator(".editor-code .cm-content")


def test_what_is_no_number_and_no_json_is_kept_and_keeps_the_draft_from_being_published(
    visitor: Visitor, stage: Stage
) -> None:
    page = opened(visitor, stage, "view=outline&at=ask&open=settings")
    seconds = page.locator('[data-path="flowlets[1].args.timeoutSeconds"]')
    body = page.locator('[data-path="flowlets[1].args.body"] textarea')

    seconds.get_by_role("textbox").fill("3o")
    body.fill('{"id": 1, "na')
    saved(page)
    page.locator('.editor-row[data-ref="start"]').click()
    page.locator('.editor-row[data-ref="ask"]').click()

    expect(body).to_have_value('{"id": 1, "na')
    expect(seconds.get_by_role("textbox")).to_have_value("3o")
    expect(seconds).to_contain_text("should be a number")
    assert flowlets(stage)[1]["args"]["timeoutSeconds"] == "3o"
    cannot_publish(page, "should be a number")


def test_an_expression_inside_json_leaves_the_field_one_of_json(visitor: Visitor, stage: Stage) -> None:
    page = opened(visitor, stage, "view=outline&at=ask&open=settings")
    body = page.locator('[data-path="flowlets[1].args.body"] textarea')

    body.click()
    page.keyboard.type('{"id": "{{ $args.id }}", "n": 1}')

    expect(body).to_have_value('{"id": "{{ $args.id }}", "n": 1}')
    saved(page)
    assert flowlets(stage)[1]["args"]["body"] == {"id": "{{ $args.id }}", "n": 1}


def test_a_name_that_another_entry_has_stays_and_is_told(visitor: Visitor, stage: Stage) -> None:
    page = opened(visitor, stage, "view=outline&at=start&open=settings")

    name = page.get_by_label("Name of 2 in values")
    name.fill("v")
    page.keyboard.press("Tab")

    expect(name).to_have_value("v")
    expect(page.locator(".form-key").nth(1)).to_contain_text("Another one has this name; it is still “w”.")
    name.fill("x")
    name.press("Enter")
    saved(page)
    assert flowlets(stage)[0]["args"]["values"] == {"v": 1, "x": 2}


def test_text_that_cannot_be_read_is_neither_tested_nor_published(visitor: Visitor, stage: Stage) -> None:
    page = opened(visitor, stage, "view=code")

    code(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("  bad: [1, ")
    page.keyboard.press("Control+Shift+Enter")

    expect(page.locator(".settings-strip")).to_contain_text("cannot be read, so there is nothing to test")
    cannot_publish(page, "the text in Code cannot be read")
    assert not [url for url in visitor.asked if url.endswith("/test")]


def test_each_of_two_flowlets_with_one_ref_is_saved_as_the_code_says(visitor: Visitor, stage: Stage) -> None:
    page = opened(visitor, stage, "view=code")
    code(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(f"# for the shop\n{TWICE}")
    saved(page)
    expect(page.locator(".editor-code")).to_contain_text("Comments are not part of a flow")

    page.keyboard.press("Control+a")
    page.keyboard.insert_text(TWICE.replace("v: 1", "v: 9", 1))
    saved(page)

    expect(page.locator(".editor-code")).not_to_contain_text("Comments")
    assert [each["args"]["values"]["v"] for each in flowlets(stage)] == [9, 1]


def test_publishing_without_an_answer_says_so_and_goes_on_later(visitor: Visitor, stage: Stage) -> None:
    page = opened(visitor, stage, "view=outline&at=ask")
    visitor.forgive("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    page.locator('.editor-row[data-ref="ask"]').focus()
    page.context.set_offline(True)
    page.keyboard.press("d")
    page.get_by_role("button", name="Publish …").click()
    notice = page.locator(".editor > .notice.bad")
    expect(notice).to_contain_text("does not answer")

    page.context.set_offline(False)
    notice.get_by_role("button", name="Try again").click()

    page.get_by_role("dialog", name="Publish version 2").wait_for()
    expect(notice).to_have_count(0)
    assert flowlets(stage)[1]["disabled"] is True


def test_yaml_is_pasted_as_flowlets_and_what_holds_none_is_told(visitor: Visitor, stage: Stage) -> None:
    page = opened(visitor, stage, "view=outline&at=start")
    page.locator('.editor-row[data-ref="start"]').focus()

    page.evaluate(PASTE, "good morning")
    expect(page.locator(".editor > .notice")).to_have_text("What was copied holds no flowlets.")
    page.evaluate(PASTE, "- {ref: start, appId: var}\n- {ref: new, appId: var}\n")

    expect(page.locator(".editor-row strong")).to_have_text(["start", "start_2", "new", "ask"])
    expect(page.locator(".editor > .notice")).to_have_count(0)
    saved(page)
    assert [each["ref"] for each in flowlets(stage)] == ["start", "start_2", "new", "ask"]


def test_a_flowlet_of_an_unknown_module_shows_its_args_and_gets_another_one(
    visitor: Visitor, stage: Stage
) -> None:
    strange = {"ref": "odd", "appId": "no-such", "args": {"values": {"v": 1}}}
    drafts.create_draft(stage.engine, an_actor(stage.engine), a_flow(strange, flow="billing", name="Billing"))
    visitor.forgive("404")
    page = visitor.open("/flows/billing/edit?view=outline&at=odd&open=settings")
    settings = page.locator(".settings-middle")
    expect(settings).to_contain_text("There is no module no-such here.")
    expect(settings.get_by_role("textbox", name="Args")).to_have_value(json.dumps(strange["args"], indent=2))

    settings.get_by_role("button", name="Choose another module").click()
    page.get_by_role("combobox", name="Find a module").fill("var")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Name of 1 in values")).to_have_value("v")
    saved(page)
    assert flowlets(stage) == [{**strange, "appId": "var"}]


def test_an_object_that_was_begun_by_mistake_is_taken_out(visitor: Visitor, stage: Stage) -> None:
    page = opened(visitor, stage, "view=outline&at=ask&open=settings")
    page.get_by_text("How it runs").click()
    page.get_by_label("Tries again").fill("3")
    saved(page)
    assert flowlets(stage)[1]["retry"] == {"count": 3}

    page.get_by_role("button", name="Take Retry out").click()

    saved(page)
    assert "retry" not in flowlets(stage)[1]
    expect(page.get_by_label("Tries again")).to_have_value("")
    expect(page.get_by_role("button", name="Take Retry out")).to_have_count(0)
