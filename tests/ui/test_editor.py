"""The editor in a real browser: three views of one flow, five hundred flowlets, and nobody's work lost."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from flow8.domain.access import Role
from flow8.services import passwords
from flow8.store.flows import FlowRecord
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.web import PASSWORD
from tests.ui.axe import faults, faults_in_both_themes
from tests.ui.conftest import Site, Visitor, tell, visit
from tests.ui.ways import becomes, saved

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

MOST_NODES = 1500
SUM = "{{{{ $prev.{}.text }}}} {{{{ $prev.template_2.text }}}}"


def var(ref: str, value: Any = 1, **more: Any) -> dict[str, Any]:
    """A flowlet that gives one value."""
    return {"ref": ref, "appId": "var", "args": {"values": {"v": value}}, **more}


def wired() -> tuple[dict[str, Any], ...]:
    """One, two beside each other, and one that uses both."""
    total = "{{ $prev.left.v + $prev.right.v }}"
    return (
        var("start"),
        var("left", "{{ $prev.start.v }}", after=["start"]),
        var("right", 2, after=["start"]),
        var("total", total, after=["left", "right"]),
    )


@pytest.fixture
def flow(stage: Stage) -> FlowRecord:
    """A published flow to edit."""
    return stage.publish(a_flow(*wired(), flow="billing", name="Billing"))


@pytest.fixture
def second(chromium: Browser, site: Site) -> Iterator[Visitor]:
    """Another window of somebody else."""
    yield from visit(chromium, site)


def stored(site: Site) -> dict[str, Any]:
    """The draft on the server."""
    found = site.engine.store.flows.find(
        site.engine.store.companies.ensure("default", "Default").id, "billing"
    )
    assert found is not None
    return dict(found.draft)


def flowlet(site: Site, ref: str) -> dict[str, Any]:
    """A flowlet of the draft on the server."""
    return next(each for each in stored(site)["flowlets"] if each["ref"] == ref)


def stores(site: Site, wanted: dict[str, Any], what: str = "disabled") -> None:
    """Wait until the draft on the server has this of each of these flowlets."""
    becomes(lambda: {ref: flowlet(site, ref).get(what) for ref in wanted}, wanted)


def card(page: Page, ref: str) -> Any:
    """A flowlet on the canvas."""
    return page.locator(f'.react-flow__node[data-id="{ref}"] .editor-card')


def row(page: Page, ref: str) -> Any:
    """A flowlet in the outline."""
    return page.locator(f'.editor-row[data-ref="{ref}"]')


@pytest.mark.usefixtures("flow")
def test_views_share_text_selection_and_undo(visitor: Visitor) -> None:
    page = visitor.open("/flows/billing/edit?view=canvas&at=right")
    card(page, "right").wait_for()
    expect(page.locator(".react-flow__edge.editor-data")).to_have_count(1)

    page.keyboard.press("d")
    page.keyboard.press("v")
    expect(row(page, "right")).to_be_focused()
    expect(row(page, "right")).to_contain_text("stage 2, disabled")
    page.keyboard.press("ArrowUp")
    expect(row(page, "left")).to_be_focused()
    page.keyboard.press("v")
    code = page.get_by_role("textbox", name="The flow as YAML")
    code.get_by_text("disabled").wait_for()
    expect(page.locator(".cm-activeLine")).to_contain_text("left")
    page.keyboard.press("Control+z")
    expect(code.get_by_text("disabled")).to_have_count(0)
    page.keyboard.press("Control+Shift+Z")
    code.get_by_text("disabled").wait_for()
    stores(visitor.site, {"right": True})
    page.get_by_text("1 change vs. v1").wait_for()


@pytest.mark.usefixtures("flow")
def test_a_text_that_cannot_be_read_is_kept_and_said(visitor: Visitor) -> None:
    page = visitor.open("/flows/billing/edit?view=code")
    code = page.get_by_role("textbox", name="The flow as YAML")
    code.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("title: a: b\n")
    page.get_by_role("alert").get_by_text("kept in this browser").wait_for()
    page.locator(".cm-lint-marker-error").wait_for()
    page.get_by_role("button", name="Outline").click()
    page.get_by_text("The text in Code cannot be read").first.wait_for()

    page.reload()
    page.get_by_role("button", name="Back to the text").click()
    code.get_by_text("title").wait_for()
    code.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Shift+End")
    page.keyboard.type("title: mended")
    expect(page.get_by_role("alert")).to_have_count(0)
    becomes(lambda: stored(visitor.site).get("title"), "mended")


LOOKED_AT = """() => {
  const here = document.activeElement;
  const label = here.labels?.[0]?.innerText ?? here.getAttribute("aria-labelledby");
  const named = document.getElementById(label)?.innerText ?? label;
  const said = named ?? here.getAttribute("aria-label") ?? here.innerText;
  return { said: said.trim(), visible: here !== document.body && here.matches(":focus-visible") };
}"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on what is called so; all the way it can be seen where it is."""
    for _ in range(60):
        here = page.evaluate(LOOKED_AT)
        assert here["visible"], here
        if here["said"].startswith(words):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never leads to {words}")


def fill_in(page: Page, ref: str, text: str) -> None:
    """Open the settings of the chosen flowlet by key, write its text, and go back to it."""
    expect(card(page, ref)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name=f"Settings of {ref}")).to_be_focused()
    page.get_by_label("Text").first.wait_for()
    tab_to(page, "Text")
    page.wait_for_timeout(200)
    page.keyboard.type(text)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(card(page, ref)).to_be_focused()


def pick(page: Page, key: str, ref: str) -> None:
    """Add a flowlet by key; the focus is on it afterwards."""
    page.keyboard.press(key)
    expect(page.get_by_role("combobox", name="Find a module")).to_be_focused()
    page.keyboard.type("template")
    page.locator('.settings-picker [aria-selected="true"]').get_by_text("template", exact=True).wait_for()
    page.keyboard.press("Enter")
    expect(card(page, ref)).to_be_focused()


@pytest.mark.usefixtures("worker")
def test_a_flow_is_made_tested_and_published_by_keys_alone(visitor: Visitor) -> None:
    visitor.forgive("404")
    visitor.context.add_init_script("addEventListener('pointerdown', () => (window.pointed = true), true)")
    page = visitor.open("/flows/billing/edit?view=canvas")
    page.get_by_role("button", name="Make it").wait_for()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Find a module")).to_be_focused()
    page.keyboard.press("Escape")
    pick(page, "a", "template")
    fill_in(page, "template", "Hello")
    pick(page, "Shift+A", "template_2")
    fill_in(page, "template_2", "World")
    pick(page, "a", "template_3")
    fill_in(page, "template_3", SUM.format("template"))
    becomes(lambda: [each["index"] for each in stored(visitor.site)["flowlets"]], [0, 0, 1])
    becomes(lambda: flowlet(visitor.site, "template_3")["args"]["text"], SUM.format("template"))

    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(card(page, "template")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("greeting")
    page.get_by_role("dialog").get_by_text("$prev.greeting.text").wait_for()
    page.keyboard.press("Enter")
    expect(card(page, "greeting")).to_be_focused()
    page.keyboard.press("Alt+ArrowLeft")
    saved(page)
    stores(visitor.site, {"greeting": 0, "template_2": 1}, "index")
    page.keyboard.press("Control+z")
    stores(visitor.site, {"greeting": 0, "template_2": 0}, "index")
    assert flowlet(visitor.site, "template_3")["args"]["text"] == SUM.format("greeting")

    page.keyboard.press("Control+Shift+Enter")
    page.locator(".settings-said").get_by_text("Done").wait_for()
    page.keyboard.press("Shift+P")
    dialog = page.get_by_role("dialog", name="Publish version 1")
    page.keyboard.type("the first")
    expect(dialog.get_by_role("button", name="Publish version 1")).to_be_enabled()
    page.keyboard.press("Enter")
    page.get_by_text("Same as v1").wait_for()
    assert page.evaluate(LOOKED_AT)["visible"]
    assert not page.evaluate("window.pointed")


@pytest.mark.usefixtures("flow")
def test_two_people_who_change_one_flow_lose_nothing(visitor: Visitor, second: Visitor) -> None:
    visitor.forgive("409")
    mine, theirs = (
        visitor.open("/flows/billing/edit?view=canvas&at=left"),
        second.open("/flows/billing/edit?at=total"),
    )
    card(mine, "left").wait_for()
    card(theirs, "total").wait_for()
    theirs.keyboard.press("d")
    theirs.keyboard.press("Delete")
    theirs.keyboard.press("Control+z")
    saved(theirs)
    stores(visitor.site, {"total": True})

    mine.keyboard.press("d")
    dialog = mine.get_by_role("dialog", name="Two people changed this flow")
    dialog.get_by_text("Administrator saved 1 thing").or_(
        dialog.get_by_text("admin@localhost saved 1 thing")
    ).wait_for()
    assert faults(mine) == []
    dialog.get_by_role("button", name="Merge both").click()
    stores(visitor.site, {"left": True, "total": True})
    mine.keyboard.press("Control+z")
    mine.keyboard.press("Control+z")
    stores(visitor.site, {"left": True, "total": None})


@pytest.mark.usefixtures("flow")
def test_a_killed_tab_leaves_its_work_behind(visitor: Visitor) -> None:
    page = visitor.context.new_page()
    page.goto(f"{visitor.site.address}/flows/billing/edit?view=canvas&at=left")
    card(page, "left").wait_for()
    page.route(
        "**/api/v1/flows/billing",
        lambda route: route.abort() if route.request.method == "PUT" else route.fallback(),
    )
    page.keyboard.press("d")
    page.get_by_text("kept in this browser").wait_for()
    assert "disabled" not in flowlet(visitor.site, "left")
    page.close()

    page = visitor.open("/flows/billing/edit?view=outline")
    expect(row(page, "left")).to_contain_text("disabled")
    stores(visitor.site, {"left": True})


@pytest.mark.usefixtures("flow")
def test_a_session_that_ends_while_editing_loses_nothing(visitor: Visitor) -> None:
    visitor.forgive("401")
    page = visitor.open("/flows/billing/edit?view=canvas&at=left")
    card(page, "left").wait_for()
    visitor.context.clear_cookies()
    page.keyboard.press("d")
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    stores(visitor.site, {"left": True})


def test_who_may_only_read_changes_nothing(chromium: Browser, site: Site, flow: FlowRecord) -> None:
    company = site.engine.store.companies.ensure("default", "Default")
    roles = {company.id: Role.VIEWER.value}
    reader = site.engine.store.users.create("vera@localhost", "Vera", passwords.hash_of(PASSWORD), roles)
    visitor = next(made := visit(chromium, Site(site.engine, reader, site.address)))
    page = visitor.open("/flows/billing/edit?view=canvas&at=left")
    card(page, "left").wait_for()
    page.get_by_text("You may read this flow, but not change it.").wait_for()
    for key in ("d", "Delete", "a", "Alt+ArrowRight", "Shift+P"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.get_by_role("dialog").count() == 0
    expect(page.locator(".editor-card")).to_have_count(4)
    expect(page.get_by_role("button", name="Publish")).to_be_disabled()
    next(made, None)
    assert stored(site) == flow.draft


def test_five_hundred_flowlets(visitor: Visitor, stage: Stage) -> None:
    steps = [
        var(f"s{n}", f"{{{{ $prev.s{n - n % 5 - 1}.v }}}}" if n > 4 else 1, index=n // 5) for n in range(500)
    ]
    stage.publish(a_flow(*steps, flow="billing", name="Big"))
    began = time.monotonic()
    page = visitor.open("/flows/billing/edit?view=canvas")
    card(page, "s0").wait_for()
    tell(
        f"500 flowlets: open after {time.monotonic() - began:.2f} s, "
        f"{visitor.nodes()} nodes, longest task {visitor.longest_task()} ms"
    )
    assert visitor.nodes() <= MOST_NODES
    assert page.locator(".react-flow__node").count() <= 100
    page.evaluate("window.longTasks.length = 0")
    page.mouse.move(900, 250)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(900 - step * 30, 250 + step)
    page.mouse.up()
    tell(f"pan: longest task {visitor.longest_task()} ms")
    page.keyboard.press("Home")
    page.evaluate("window.longTasks.length = 0")
    name = page.locator(".react-flow__node").first.get_attribute("data-id")
    box = card(page, str(name)).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 30, steps=10)
    page.mouse.move(box["x"] + 340, box["y"] + 30, steps=10)
    page.mouse.up()
    saved(page)
    tell(f"drag: longest task {visitor.longest_task()} ms, {visitor.nodes()} nodes")
    assert flowlet(visitor.site, str(name))["index"] != steps[int(str(name)[1:])]["index"]
    took = page.evaluate(
        """async () => {
          const began = performance.now();
          window.dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true }));
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          return performance.now() - began;
        }"""
    )
    tell(f"undo: {took:.0f} ms")
    becomes(lambda: flowlet(visitor.site, str(name)).get("index", 0), steps[int(str(name)[1:])]["index"])
    page.keyboard.press("v")
    page.locator(".editor-row").first.wait_for()
    assert visitor.nodes() <= MOST_NODES


def test_everybody_can_use_it(visitor: Visitor, stage: Stage) -> None:
    stage.publish(a_flow(*wired(), var("odd", "{{ $prev.nobody.v }}"), flow="billing", name="Billing"))
    found: dict[str, list[str]] = {}
    for view, there in (("canvas", ".editor-card"), ("outline", ".editor-row"), ("code", ".cm-line")):
        page = visitor.open(f"/flows/billing/edit?view={view}&at=total&open=settings")
        page.locator(there).first.wait_for()
        page.locator(".editor-problems summary").click()
        found[view] = faults_in_both_themes(page)
    for key, name in (("F2", "Rename"), ("u", "What uses"), ("w", "waits for")):
        page = visitor.open("/flows/billing/edit?view=outline&at=left")
        page.locator(".editor-row").first.wait_for()
        page.keyboard.press(key)
        page.get_by_role("dialog").get_by_role("heading", name=name).wait_for()
        found[key] = faults_in_both_themes(page)
    assert not any(found.values()), "\n".join(f"{name}: {fault}" for name in found for fault in found[name])


@pytest.mark.usefixtures("flow")
def test_a_narrow_window_edits_in_the_outline(chromium: Browser, site: Site) -> None:
    visitor = next(made := visit(chromium, site, viewport={"width": 390, "height": 800}))
    page = visitor.open("/flows/billing/edit")
    row(page, "left").click()
    page.locator(".editor-panel").wait_for()
    page.get_by_role("button", name="Close the settings").click()
    page.get_by_role("button", name="Disable").click()
    stores(site, {"left": True})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "document.querySelector('.page').scrollWidth <= document.querySelector('.page').clientWidth"
    )
    next(made, None)
