"""Administration in a real browser: people and keys, shown once; the audit; what retention would remove."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from flow8.domain.access import RIGHTS, Role
from flow8.services import channels, components, keys
from flow8.services.sign_in import sign_in
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.resources import a_component
from tests.support.ui_plays import copies
from tests.support.web import an_actor
from tests.ui.axe import wrong_when_narrow
from tests.ui.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_somebody_comes_gets_a_password_once_and_is_shut_out(visitor: Visitor, stage: Stage) -> None:
    stage.publish(a_flow(flow="billing", name="Billing"))
    page = visitor.open("/admin")
    page.wait_for_url("**/admin/people")
    page.get_by_text("What each role may do").click()
    for role in Role:
        row = page.get_by_role("rowheader", name=role, exact=True).locator("..")
        cells = row.get_by_role("cell").all_inner_texts()
        assert cells.count("✓") == len(RIGHTS[role]), role

    page.keyboard.press("n")
    form = page.get_by_role("dialog", name="Add somebody")
    form.get_by_label("E-mail").fill("ana@example.com")
    form.get_by_label("Name").fill("Ana")
    form.get_by_label("Role").select_option("editor")
    form.get_by_role("button", name="Add").click()
    once = page.get_by_role("dialog", name="The password of ana@example.com")
    password = once.locator("code").inner_text()
    assert sign_in(stage.engine, "ana@example.com", password, door="web", ip="127.0.0.1")
    page.keyboard.press("Escape")
    once.get_by_role("button", name="I have kept it").click()
    row = page.locator(".desk-rows li", has_text="ana@example.com")
    row.get_by_text("Role editor").wait_for()
    assert password not in page.content()

    row.get_by_role("button", name="What they see").click()
    seen = page.get_by_role("dialog", name="What Ana sees").get_by_role("row", name="Billing")
    seen.wait_for()
    assert seen.get_by_role("cell").all_inner_texts() == ["✓", "✓", "✓", "✓", "–"]
    assert wrong_when_narrow(page) == []
    page.keyboard.press("Escape")
    row.get_by_role("button", name="Shut out").click()
    page.get_by_role("dialog", name="Shut Ana out?").get_by_role("button", name="Shut out").click()
    row.get_by_text("shut out", exact=True).wait_for()
    ana = stage.engine.store.users.by_email("ana@example.com")
    assert ana is not None
    assert ana.disabled


def test_a_key_names_its_risk_its_tools_and_its_end(visitor: Visitor, stage: Stage) -> None:
    engine, actor = stage.engine, an_actor(stage.engine)
    stage.publish(a_flow(flow="billing", name="Billing"))
    made = channels.create_channel(engine, actor, name="agents", kind="mcp")
    for tool in ("run_billing", "look"):
        channels.add_route(
            engine, actor, made.channel.id, name=tool, tool_name=tool, target_flows=["billing"]
        )
    keys.create_key(engine, actor, name="endless")
    page = visitor.open("/admin/keys")
    page.locator(".desk-rows li", has_text="endless").get_by_text("no expiry").wait_for()
    page.get_by_role("button", name="New key").click()
    form = page.get_by_role("dialog", name="New key")
    form.get_by_label("Name").fill("helper")
    form.get_by_label("For", exact=True).select_option("mcp")
    form.get_by_label("Ends after").select_option("30")
    form.get_by_label("run_billing: Billing").check()
    form.get_by_role("button", name="Make it").click()
    once = page.get_by_role("dialog", name="The key helper")
    text = once.locator("code").inner_text()
    assert set(keys.actor_of_key(engine, text, door="mcp").tools or ()) == {"run_billing"}
    once.get_by_role("button", name="I have kept it").click()

    page.get_by_role("link", name="Agents' tools").click()
    page.locator(".desk-rows li", has_text="run_billing").get_by_text("seen by helper").wait_for()
    page.locator(".desk-rows li", has_text="look").get_by_text("no key reaches it").wait_for()
    page.go_back()
    row = page.locator(".desk-rows li", has_text="helper")
    row.get_by_text("tools: run_billing").wait_for()
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog", name="Revoke helper?").get_by_role("button", name="Revoke").click()
    row.get_by_text("revoked").wait_for()
    assert text not in page.content()


def test_the_audit_is_filtered_opened_exported_and_checked(visitor: Visitor, stage: Stage) -> None:
    engine, actor = stage.engine, an_actor(stage.engine)
    config = a_component(engine, actor, "desk").record.config
    components.change_component(engine, actor, "desk", new_name="office", config=config)
    for n in range(60):
        keys.create_key(engine, actor, name=f"key {n}")
    page = visitor.open("/admin/audit")
    rows = page.locator(".admin-audit")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="Older entries").click()
    page.get_by_text("That is all there is").wait_for()
    assert rows.count() > 60

    page.get_by_label("Did what").fill("components.change")
    page.keyboard.press("Enter")
    page.wait_for_url("**action=components.change**")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("button").click()
    page.wait_for_url("**open=**")
    page.reload()
    changed = page.get_by_role("row", name="name desk office")
    expect(changed.get_by_role("cell")).to_have_text(["desk", "office"])
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    assert "components.change" in download.value.path().read_text()

    page.get_by_role("button", name="Verify the chain").click()
    page.get_by_text("The chain is whole.").wait_for()
    engine.store.database["audit"].update_one({"action": "components.change"}, {"$set": {"actor": "eve"}})
    page.get_by_role("button", name="Verify the chain").click()
    page.get_by_text("The chain is broken at").wait_for()


def test_retention_says_who_wins_and_what_would_go_before_it_is_saved(visitor: Visitor, stage: Stage) -> None:
    play = stage.play(
        {"ref": "one", "appId": "var", "args": {"values": {"n": 1}}}, flow="billing", name="Billing"
    )
    copies(stage.engine, play.id, 29, ago=timedelta(days=60))
    page = visitor.open("/admin/retention")
    policies = page.get_by_role("list", name="Policies")
    policies.get_by_text("from the settings").first.wait_for()
    page.get_by_label("Which one wins for").select_option("Billing")
    page.get_by_text("Of the others all flows: 90 days").wait_for()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()

    page.get_by_label("Flow", exact=True).select_option("Billing")
    page.get_by_role("button", name="Add a policy").click()
    page.get_by_text("one flow “Billing”: 30 days").wait_for()
    page.get_by_role("button", name="What would go now?").click()
    freed = page.get_by_role("region", name="What would go", exact=True)
    freed.get_by_text("20 plays with").wait_for()
    expect(freed.get_by_role("row", name="Billing")).to_contain_text("one flow, 30 days")
    policies.get_by_label("Older than").fill("soon")
    freed.get_by_text("The policies were changed since").wait_for()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    visitor.forgive("422")
    page.get_by_role("button", name="What would go now?").click()
    page.get_by_role("alert").get_by_text("policies[0].cadence").wait_for()

    policies.get_by_label("Older than").fill("45d")
    page.get_by_role("button", name="What would go now?").click()
    expect(page.get_by_role("button", name="Save")).to_be_enabled()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("changed now by").wait_for()
    kept = stage.engine.store.retention.get(stage.company_id).policies
    assert [each.cadence for each in kept] == [timedelta(days=45)]
