"""Around the screens: light at first sight, strict, linkable, by key, in both themes and for everybody."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from flow8.domain.access import Role
from flow8.services.sign_in import sign_in
from tests.support.engines import Stage
from tests.support.ui_company import fill
from tests.support.ui_plays import a_failed_play
from tests.support.web import PASSWORD
from tests.ui.axe import faults, faults_in_both_themes
from tests.ui.conftest import Site, Visitor, tell, visit
from web.bundle import Bundle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

KIB = 1024


@pytest.fixture
def phone(chromium: Browser, site: Site) -> Iterator[Visitor]:
    """A visitor with a narrow window."""
    yield from visit(chromium, site, viewport={"width": 390, "height": 800})


def test_the_first_paint_is_light_and_needs_no_script(visitor: Visitor, bundle: Bundle) -> None:
    scripts = [bundle.entry, *bundle.preloads]
    packed = {name: len(bundle.files[name].packed["gzip"]) for name in [*scripts, *bundle.styles]}
    tell(str(packed))
    assert sum(packed[name] for name in scripts) <= 140 * KIB
    assert sum(packed[name] for name in bundle.styles) <= 15 * KIB

    visitor.page.route("**/*.js", lambda route: route.abort())
    visitor.forgive("ERR_FAILED")
    with visitor.page.expect_response("**/plays") as answer:
        page = visitor.open("/plays")
    tell(f"HTML {len(answer.value.body())} bytes")
    assert len(answer.value.body()) <= 15 * KIB
    assert page.locator(".rail .brand").is_visible()

    visitor.page.unroute("**/*.js")
    visitor.asked.clear()
    visitor.open("/plays").get_by_text("No plays yet.").wait_for()
    fetched = {url.rsplit("/", 1)[1] for url in visitor.asked if url.endswith(".js")}
    assert fetched <= set(scripts)


def test_a_session_that_ends_asks_to_sign_in_and_loses_nothing(visitor: Visitor, stage: Stage) -> None:
    play_id = a_failed_play(stage)
    page = visitor.open(f"/plays/{play_id}?view=waterfall&step=validate")
    page.get_by_label("Find a step").fill("card")
    visitor.context.clear_cookies()
    visitor.forgive("401")

    page.get_by_role("tab", name="Events").click()
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    dialog.get_by_text("do not fit together").wait_for()
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()

    page.get_by_role("cell", name="play:layer:failed").wait_for()
    expect(dialog).to_have_count(0)
    assert "find=card" in page.url


def test_the_form_signs_in_and_leads_back(visitor: Visitor) -> None:
    visitor.context.clear_cookies()
    visitor.forgive("401")
    page = visitor.open("/plays?state=FAIL")
    page.get_by_label("E-mail").fill("admin@localhost")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    page.wait_for_url("**/plays?state=FAIL")
    page.get_by_text("No play fits.").wait_for()


def test_keys_lead_everywhere_and_can_be_switched_off(visitor: Visitor, stage: Stage) -> None:
    a_failed_play(stage)
    page = visitor.open("/plays")
    page.locator(".row").first.wait_for()

    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/flows")
    page.locator(".flows-list").get_by_role("link", name="Billing", exact=True).wait_for()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("1042")
    page.get_by_role("option", name="Invoice 1042").wait_for()
    page.keyboard.press("Enter")
    page.locator(".details .failed").wait_for()

    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    sheet.get_by_text("Next failure").wait_for()
    sheet.get_by_label("Single letters do nothing").check()
    page.keyboard.press("Escape")
    before = page.url
    page.keyboard.press("k")
    assert page.url == before


def test_the_palette_finds_things_of_every_kind_and_begins_new_ones(visitor: Visitor, stage: Stage) -> None:
    fill(stage)
    page = visitor.open("/approvals")
    page.get_by_role("article").wait_for()
    page.keyboard.press("Control+k")
    box, found = page.get_by_role("combobox"), page.get_by_role("option")
    expect(found.first).to_contain_text("Approve; Enter confirms")
    box.fill("shop channel")
    expect(found).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/channels/shop")

    page.get_by_role("button", name="New token …").wait_for()
    page.keyboard.press("Control+k")
    box.fill("delete the channel")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Delete Shop?").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    box.fill("new schedule")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="New schedule").wait_for()


def test_a_phone_reaches_every_place_through_the_drawer(phone: Visitor) -> None:
    page = phone.open("/flows")
    page.get_by_role("heading", name="Flows").first.wait_for()
    assert not page.locator(".rail").is_visible()

    page.get_by_role("button", name="Menu, Flows").click()
    expect(page.get_by_role("link", name="Health")).to_be_in_viewport()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".rail")).to_be_hidden()
    assert page.url.endswith("/flows")
    page.get_by_role("button", name="Menu, Flows").click()
    page.get_by_role("link", name="Health").click()
    page.wait_for_url("**/status")
    expect(page.locator(".rail")).to_be_hidden()


def test_a_password_is_changed_from_the_own_menu(visitor: Visitor) -> None:
    visitor.forgive("401", "422")
    page = visitor.open("/plays")
    page.get_by_role("button", name="admin@localhost").click()
    assert faults(page) == []
    page.get_by_role("button", name="Change password …").click()
    dialog = page.get_by_role("dialog", name="Change your password")
    dialog.get_by_label("The password you have").fill("wrong")
    dialog.get_by_label("The new one").fill("short")
    dialog.get_by_role("button", name="Change it").click()
    expect(dialog.get_by_text("must have 12")).to_have_count(1)
    dialog.get_by_label("The new one").fill("another long password 7")
    dialog.get_by_role("button", name="Change it").click()
    dialog.get_by_text("The current password is another one.").wait_for()
    dialog.get_by_label("The password you have").fill(PASSWORD)
    dialog.get_by_role("button", name="Change it").click()

    page.get_by_role("dialog", name="Your password is changed").wait_for()
    assert sign_in(visitor.site.engine, "admin@localhost", "another long password 7")


def test_a_slip_of_the_pointer_loses_nothing_that_was_typed(visitor: Visitor) -> None:
    page = visitor.open("/admin/people?do=new")
    page.get_by_label("Name").fill("Ada")
    page.mouse.click(5, 5)
    expect(page.get_by_label("Name")).to_have_value("Ada")

    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Add somebody").click()
    page.get_by_role("dialog").wait_for()
    page.mouse.click(5, 5)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_tab_of_another_company_covers_itself_until_that_is_settled(visitor: Visitor, stage: Stage) -> None:
    engine = stage.engine
    acme = engine.store.companies.create("acme", "Acme")
    engine.store.users.join(acme.id, visitor.site.user.id, Role.ADMIN.value)
    play_id = a_failed_play(stage)
    page = visitor.open(f"/plays/{play_id}")
    page.get_by_label("Find a step").fill("card")
    other = visitor.context.new_page()
    other.goto(f"{visitor.site.address}/plays")
    other.get_by_label("Company").select_option(acme.id)
    other.get_by_text("Nothing was played yet").wait_for()

    dialog = page.get_by_role("dialog", name="Another tab went on elsewhere")
    dialog.get_by_text("in Acme").first.wait_for()
    page.keyboard.press("Escape")
    assert dialog.is_visible()
    dialog.get_by_role("button", name="Back to").click()

    dialog.wait_for(state="detached")
    assert page.get_by_label("Find a step").input_value() == "card"
    other.get_by_role("button", name="Go on as").click()
    other.get_by_role("link", name="billing · charge_card failed").wait_for()


def test_the_badge_owns_up_while_the_database_or_flow8_behind_a_proxy_is_away(visitor: Visitor) -> None:
    page = visitor.open("/plays")
    page.get_by_text("No plays yet.").wait_for()
    visitor.forgive("503")
    page.route("**/api/v1/**", lambda route: route.fulfill(status=503, body="{}"))

    page.locator(".top").get_by_text("Offline").wait_for()
    page.unroute("**/api/v1/**")
    page.locator(".top").get_by_text("Polling").wait_for()


def test_the_theme_is_kept_and_there_before_any_script(visitor: Visitor) -> None:
    page = visitor.open("/plays")
    page.get_by_text("No plays yet.").wait_for()
    page.keyboard.press("t")
    page.keyboard.press("t")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"

    with page.expect_response("**/plays") as answer:
        page.reload()
    assert 'data-theme="dark"' in answer.value.text()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 29)"


def test_nothing_keeps_anybody_from_using_it(visitor: Visitor, stage: Stage) -> None:
    play_id = a_failed_play(stage)
    page = visitor.page
    found = {}
    for path, there in (
        (f"/plays/{play_id}?part=input", ".tree-row"),
        (f"/plays/{play_id}?view=graph", ".react-flow__node"),
        (f"/plays/{play_id}?view=events", ".events td"),
    ):
        visitor.open(path)
        page.locator(there).first.wait_for()
        found[path] = faults_in_both_themes(page)
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    found["keys"] = faults_in_both_themes(page)

    assert {path: each for path, each in found.items() if each} == {}


def test_a_narrow_window_never_scrolls_sideways(phone: Visitor, stage: Stage) -> None:
    play_id = a_failed_play(stage)
    page = phone.page
    for path, there in (
        ("/plays", ".row"),
        (f"/plays/{play_id}", ".details .failed"),
        ("/flows", ".flows-list"),
    ):
        phone.open(path)
        page.locator(there).first.wait_for()

        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate(
            "document.querySelector('.page').scrollWidth <= document.querySelector('.page').clientWidth"
        ), path
