"""Resources in a real browser: secrets go in and never come out, nothing is overwritten or removed unseen."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from config.settings import Settings, load
from flow8.domain.access import Right, Role
from flow8.services import kv
from flow8.services.kv import KvPlace
from tests.flow8.kit.outbound.servers import LOOPBACK
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.people import a_user, granted
from tests.support.resources import a_component, a_link
from tests.support.smtp import SmtpServer, smtp_server
from tests.support.web import an_actor
from tests.ui.axe import faults_in_both_themes, is_narrow
from tests.ui.conftest import Site, Visitor, visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

CANARY = "canary-sings-at-dawn"


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    """Those of a test; outgoing connections may reach this machine."""
    return replace(load(environment), outbound_allow=LOOPBACK)


@pytest.fixture
def viewer(chromium: Browser, site: Site) -> Iterator[Visitor]:
    """Somebody who may look and change nothing."""
    yield from visit(chromium, as_role(site, Role.VIEWER))


@pytest.fixture
def stranger(chromium: Browser, site: Site) -> Iterator[Visitor]:
    """Somebody whom only single flows are granted."""
    theirs = as_role(site, None)
    actor = an_actor(site.engine)
    flow = site.engine.store.flows.create(actor.company_id, a_flow(flow="theirs", name="Theirs"), "test")
    granted(site.engine, actor, theirs.user, Right.VIEW, flow.id)
    yield from visit(chromium, theirs)


def as_role(site: Site, role: Role | None) -> Site:
    """The same site for somebody of this role."""
    company = site.engine.store.companies.ensure("default", "Default")
    return replace(site, user=a_user(site.engine, company, f"{role or 'nobody'}@example.com", role))


def everything(page: Page) -> list[str]:
    """Gathers what the API answers from now on."""
    heard: list[str] = []

    def hear(response: Response) -> None:
        if "/api/" in response.url and response.status != 204:
            heard.append(response.text())

    page.on("response", hear)
    return heard


def test_a_secret_goes_in_is_tried_and_swapped_and_never_comes_out(visitor: Visitor, stage: Stage) -> None:
    heard = everything(visitor.page)
    page = visitor.open("/resources/components")
    page.get_by_role("button", name="Add Mail server (SMTP)").click()
    form = page.get_by_role("dialog", name="New component")
    form.get_by_label("Name", exact=True).fill("desk")
    form.get_by_label("Host").fill("127.0.0.1")
    form.get_by_label("Security").select_option("none")
    form.get_by_label("Port").fill("0")
    form.get_by_label("Password").fill(CANARY)
    visitor.forgive("422")
    form.get_by_role("button", name="Make it").click()
    form.get_by_role("alert").get_by_text("config.port").wait_for()
    with smtp_server(SmtpServer()) as server:
        form.get_by_label("Port").fill(str(server.port))
        form.get_by_role("button", name="Make it").click()
        row = page.locator(".desk-rows li", has_text="desk")
        row.get_by_text("password: set, never shown").wait_for()
        row.get_by_role("button", name="Test").click()
        row.get_by_text("It works").wait_for()

        row.get_by_role("button", name="Rotate").click()
        rotate = page.get_by_role("dialog", name="Rotate the secrets of desk")
        rotate.get_by_label("Password").fill(f"{CANARY}-2")
        rotate.get_by_role("button", name="Test, then swap").click()
        rotate.get_by_text("Swapped.").wait_for()
        rotate.get_by_role("button", name="Close").first.click()
    found = stage.engine.store.components.find(stage.company_id, "desk")
    assert found is not None
    assert found.rev == 2

    row.get_by_role("button", name="Rotate").click()
    rotate.get_by_label("Password").fill(f"{CANARY}-3")
    rotate.get_by_role("button", name="Test, then swap").click()
    rotate.get_by_text("the old secret is still in use").wait_for()
    assert CANARY not in page.content() + "".join(heard)
    still = stage.engine.store.components.find(stage.company_id, "desk")
    assert still is not None
    assert still.rev == 2


def test_what_is_in_use_says_what_would_break(visitor: Visitor, stage: Stage) -> None:
    actor = an_actor(stage.engine)
    a_link(stage.engine, actor, "crm", secret=CANARY)
    call = {"ref": "call", "appId": "curl", "args": {"url": "https://api.example.com"}}
    stage.publish(a_flow({**call, "linkIdsByType": {"http": "crm"}}, flow="caller", name="Caller"))
    heard = everything(visitor.page)
    page = visitor.open("/resources/links")
    page.locator(".desk-rows li", has_text="crm").get_by_role("link", name="caller").wait_for()

    page.keyboard.press("j")
    page.keyboard.press("Delete")

    ask = page.get_by_role("dialog", name="Remove the link crm?")
    ask.get_by_text("the next play fails of the flow caller").wait_for()
    expect(ask.get_by_role("button", name="Remove")).to_be_disabled()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    form = page.get_by_role("dialog", name="New link")
    form.get_by_label("Name", exact=True).fill("erp")
    form.get_by_label("How it is sent").select_option("key")
    form.get_by_label("Header").fill("X-Api-Key")
    form.get_by_label("Hosts that may get it").fill("erp.example.com")
    form.get_by_label("Key", exact=True).fill(f"{CANARY}-key")
    form.get_by_role("button", name="Make it").click()
    new = page.locator(".desk-rows li", has_text="erp")
    new.get_by_text("used by no published flow").wait_for()
    new.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog", name="Remove the link erp?").get_by_role("button", name="Remove").click()
    new.wait_for(state="detached")
    assert CANARY not in page.content() + "".join(heard)


def test_kept_values_say_where_they_come_from_and_are_not_overwritten_unseen(
    visitor: Visitor, stage: Stage
) -> None:
    engine, actor = stage.engine, an_actor(stage.engine)
    stage.publish(a_flow(flow="billing", name="Billing", group="sales"))
    group = engine.store.groups.named(stage.company_id, "sales")
    assert group is not None
    places = {"company": KvPlace(), "group": KvPlace("flow_group", group=group.id)}
    for value, place in places.items():
        kv.create_entry(engine, actor, key="cursor", value=value, place=place, readable=True)
    kv.create_entry(engine, actor, key="token", value=CANARY, place=KvPlace())
    heard = everything(visitor.page)
    page = visitor.open("/resources/kv?scope=flow&flow=billing")
    rows = page.locator(".desk-rows li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("inherited from the group sales")
    expect(rows.nth(1)).to_contain_text("inherited from the company, not read: another scope wins")
    page.get_by_role("button", name="New entry").click()
    form = page.get_by_role("dialog", name="New entry for the flow Billing")
    form.get_by_label("Key").fill("cursor")
    form.get_by_text("it hides the entry of the scope flow_group").wait_for()
    form.get_by_label("Value", exact=True).fill("mine")
    form.get_by_label("Readable").check()
    form.get_by_role("button", name="Keep it").click()
    expect(rows).to_have_count(4)
    expect(rows.nth(0)).to_contain_text("its own")

    overwrite(visitor, stage)
    page.get_by_label("Key").fill("TOK")
    expect(rows).to_have_count(1)
    page.reload()
    expect(rows).to_have_count(1)
    assert CANARY not in page.content() + "".join(heard)


def overwrite(visitor: Visitor, stage: Stage) -> None:
    """Give the flow's own entry another value while somebody else does; nothing is lost unseen."""
    engine, actor, page = stage.engine, an_actor(stage.engine), visitor.page
    first = page.locator(".desk-rows li").nth(0)
    first.get_by_role("button", name="Change").click()
    change = page.get_by_role("dialog", name="Another value for cursor")
    change.get_by_label("Value", exact=True).fill("second")
    change.get_by_role("button", name="Go on").click()
    sure = page.get_by_role("dialog", name="Overwrite cursor?")
    mine = kv.list_entries(engine, actor, place=KvPlace("flow", flow="billing")).data[0].entry.id
    kv.set_entry(engine, actor, mine, value="theirs")
    visitor.forgive("409")
    sure.get_by_role("button", name="Overwrite").click()
    sure.get_by_role("alert").get_by_text("wrote another value meanwhile").wait_for()
    sure.get_by_text('"theirs"').wait_for()
    assert kv.get_entry(engine, actor, mine).value == "theirs"
    sure.get_by_role("button", name="Overwrite").click()
    expect(first).to_contain_text('"second"')


def test_who_may_not_sees_why(viewer: Visitor, stranger: Visitor, stage: Stage) -> None:
    a_component(stage.engine, an_actor(stage.engine))
    page = viewer.open("/resources/components?do=new")
    page.get_by_text("An administrator of the company makes and changes them").wait_for()
    assert page.get_by_role("dialog").count() == 0
    assert page.get_by_role("button", name="Test").count() == 0
    viewer.open("/admin/people").get_by_text("You are viewer here; this needs the right").wait_for()

    for path in ("/resources/links", "/admin/access", "/admin/keys"):
        page = stranger.open(path)
        page.get_by_text("only what was granted on single flows").wait_for()
    assert [call for call in stranger.api_calls() if "/links" in call or "/keys" in call] == []


def test_nothing_keeps_anybody_from_making_them(visitor: Visitor, stage: Stage) -> None:
    actor = an_actor(stage.engine)
    a_component(stage.engine, actor)
    a_link(stage.engine, actor)
    page, found = visitor.page, {}
    for path, there in (
        ("/resources/components?do=new", "dialog .form"),
        ("/resources/links?do=new", "dialog input"),
    ):
        visitor.open(path)
        page.locator(there).first.wait_for()
        found[path] = faults_in_both_themes(page)
        page.set_viewport_size({"width": 390, "height": 800})
        if not is_narrow(page):
            found[path] += ["scrolls sideways"]
        page.set_viewport_size({"width": 1280, "height": 800})

    assert {path: each for path, each in found.items() if each} == {}
