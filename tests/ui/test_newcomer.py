"""A newcomer's first quarter of an hour, without reading docs: once with a mouse, once by keys alone."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.system import System, running
from tests.ui.conftest import PATIENCE_MS, WATCH, hear, tell
from tests.ui.ways import Keys, Mouse, Way
from web.bundle import Bundle

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.timeout(240)]

PASSWORD: Final = "correct horse battery staple"
KINDER: Final = "{{ $prev.word.word }}, dear {{ $args.name }}!"
BROKEN: Final = "{{ $prev.word.word * 2 }}"


@pytest.fixture
def system(tmp_path: Path, bundle: Bundle) -> Iterator[System]:
    """A flow8 that was started as a newcomer starts it."""
    assert bundle.files
    with running(tmp_path) as started:
        yield started


@pytest.fixture
def page(system: System, chromium: Browser) -> Iterator[Page]:
    """A browser that has never been here, and has no complaint at the end."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(WATCH)
    opened, complaints = context.new_page(), list[str]()
    opened.on("console", lambda message: hear(message, complaints))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"http://localhost:{system.web}/")
    yield opened
    broken = opened.evaluate("window.broken")
    context.close()
    assert (broken, [each for each in complaints if "401" not in each and "500" not in each]) == ([], [])


@pytest.mark.parametrize("make", [Mouse, Keys], ids=["mouse", "keys"])
def test_from_signing_in_to_mending_a_failed_play(page: Page, make: Callable[[Page], Way]) -> None:
    way, name = make(page), "Front desk"
    sign_in(page, way)
    take_an_example(page, way)
    change_and_publish(page, way, KINDER, "Be kinder.", "Hello, dear Ada!")
    line, token = open_a_door(page, way, name)
    go(page, way, "Plays")
    page.locator(".row").first.wait_for()

    assert said(line, token) == '"Hello, dear Ada!"'

    way.press(page.get_by_role("button", name="1 new"))
    page.locator(".row").filter(has_text="channel").first.wait_for()
    edit(page, way)
    change_and_publish(page, way, BROKEN, "Break it.", None)
    go(page, way, "Plays")
    page.locator(".row").first.wait_for()
    assert "PLAY_FAILED" in said(line, token)
    see_why(page, way)
    edit(page, way)
    change_and_publish(page, way, KINDER, "Mend it.", "Hello, dear Ada!")
    rerun_from_there(page, way)


def sign_in(page: Page, way: Way) -> None:
    way.write(page.get_by_label("E-mail"), "admin@localhost")
    way.write(page.get_by_label("Password"), PASSWORD)
    way.press(page.get_by_role("button", name="Sign in"))
    page.locator(".rail").wait_for()


def go(page: Page, way: Way, where: str) -> None:
    way.press(page.locator(".rail").get_by_role("link", name=where))


def take_an_example(page: Page, way: Way) -> None:
    go(page, way, "Flows")
    way.press(page.get_by_role("button", name="New flow"))
    dialog = page.get_by_role("dialog")
    way.press(dialog.get_by_role("tab", name="Example"))
    way.press(dialog.get_by_role("listitem").filter(has_text="Hello").get_by_role("button"))
    page.wait_for_url("**/flows/hello")
    way.press(page.get_by_role("link", name="Edit", exact=True))


def edit(page: Page, way: Way) -> None:
    go(page, way, "Flows")
    row = page.locator("li", has=page.get_by_role("link", name="Hello", exact=True))
    way.press(row.get_by_role("link", name="Edit"))


def change_and_publish(page: Page, way: Way, text: str, note: str, shows: str | None) -> None:
    """Change the second step, test it, and publish."""
    cards = page.locator(".react-flow__node .editor-card")
    way.open_card(cards, cards.filter(has_text="greet"))
    way.write(page.get_by_role("textbox", name="Text required"), text)
    page.get_by_text("Draft saved").wait_for()
    way.press(page.get_by_role("button", name="Test all"))
    strip = page.get_by_label("Test", exact=True)
    strip.get_by_text("Done" if shows else "Failed", exact=True).first.wait_for()
    way.press(page.get_by_role("button", name="Publish …"))
    dialog = page.get_by_role("dialog")
    way.write(dialog.get_by_role("textbox"), note)
    way.press(dialog.get_by_role("button", name="Publish version"))
    dialog.wait_for(state="hidden")


def open_a_door(page: Page, way: Way, name: str) -> tuple[str, str]:
    """A channel with a route to the flow: the line that it shows, and its token."""
    go(page, way, "Channels")
    way.press(page.get_by_role("button", name="New channel"))
    dialog = page.get_by_role("dialog")
    way.write(dialog.get_by_label("Name"), name)
    way.press(dialog.get_by_role("button", name="Make the channel"))
    token = page.locator(".channels-token code").inner_text()
    way.press(page.get_by_role("button", name="New route"))
    way.write(dialog.get_by_label("Flow"), "hello")
    way.write(dialog.get_by_label("Path"), "/hello")
    way.write(dialog.get_by_label("Name of the route"), "hello")
    way.press(dialog.get_by_role("button", name="Save"))
    return page.locator("pre", has_text="curl").first.inner_text(), token


def said(line: str, token: str) -> str:
    """What the shown line prints in a terminal."""
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        env={**os.environ, "FLOW8_TOKEN": token},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def see_why(page: Page, way: Way) -> None:
    """From the list to the failing flowlet's error: one click, or Enter."""
    way.press(page.get_by_role("button", name=re.compile(r"^\d+ new")))
    row = page.locator(".row").first
    expect(row).to_contain_text("greet")
    way.press(row.get_by_role("link").first)
    told = page.locator(".details .failed .notice")
    told.wait_for()
    tell(told.inner_text())
    box = told.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800


def rerun_from_there(page: Page, way: Way) -> None:
    """Play the failed one again, from its failed step, on the version that is mended."""
    go(page, way, "Plays")
    failed = page.locator(".row").filter(has_text="channel").filter(has_text="greet")
    way.press(failed.first.get_by_role("link").first)
    way.press(page.get_by_role("button", name="Rerun with …"))
    dialog = page.get_by_role("dialog")
    way.pick(dialog.get_by_label("From"), "greet")
    way.pick(dialog.get_by_label("Version"), "v4")
    way.press(dialog.get_by_role("button", name="Rerun", exact=True))
    page.locator(".verdict").get_by_text("All went well").wait_for()
