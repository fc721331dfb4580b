"""Every screen, empty and full: for everybody, in both themes, in narrow and enlarged windows.

With FLOW8_SCREENSHOTS naming a folder, a picture of each is left there; `make screenshots` does so.
"""

import base64
import os
import time
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page

from tests.support.engines import Stage
from tests.support.ui_company import fill
from tests.ui.axe import AXE, faults
from tests.ui.conftest import Visitor, missing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

EMPTY: Final = {
    "home": "/home",
    "plays": "/plays",
    "flows": "/flows",
    "approvals": "/approvals",
    "channels": "/channels",
    "schedules": "/schedules",
    "components": "/resources/components",
    "links": "/resources/links",
    "kv": "/resources/kv",
    "people": "/admin/people",
    "groups": "/admin/groups",
    "access": "/admin/access",
    "companies": "/admin/companies",
    "keys": "/admin/keys",
    "tools": "/admin/tools",
    "audit": "/admin/audit",
    "retention": "/admin/retention",
    "health": "/status",
    "docs": "/docs",
}
FULL: Final = EMPTY | {
    "play": "/plays/{failed}",
    "play-graph": "/plays/{triage}?view=graph",
    "play-waiting": "/plays/{waiting}",
    "flow": "/flows/order-triage",
    "editor": "/flows/order-triage/edit",
    "editor-settings": "/flows/order-triage/edit?at=route&open=settings",
    "editor-outline": "/flows/order-triage/edit?view=outline",
    "editor-code": "/flows/order-triage/edit?view=code",
    "versions": "/flows/order-triage/versions",
    "flow-new": "/flows?new=example",
    "approval": "/approvals/{waiting}",
    "channel": "/channels/{http}",
    "channel-mcp": "/channels/{mcp}",
    "schedule": "/schedules/{schedule}",
    "schedule-past": "/schedules/{schedule}?backfill=1",
    "docs-page": "/docs/guide/first-flow",
}
PATIENCE_SECONDS: Final = 20.0
PICTURE_QUALITY: Final = 75
"""Of 100: letters stay sharp, and all pictures together take two megabytes."""
NARROW: Final = {"phone": 390, "enlarged": 640}
"""Widths in pixels; the second is what a window of 1,280 has at 200 %."""


def settled(page: Page) -> None:
    """Wait until the screen shows what it is about."""
    page.locator("h1").first.wait_for()
    until = time.monotonic() + PATIENCE_SECONDS
    while page.get_by_text("Loading").or_(page.get_by_text("Polling", exact=True)).count() > 0:
        assert time.monotonic() < until, f"{page.url} still loads, or has no socket"
        page.wait_for_timeout(50)


def keep(page: Page, name: str) -> None:
    """Leave a picture, if anybody asked for pictures."""
    folder = os.environ.get("FLOW8_SCREENSHOTS")
    if folder:
        page.wait_for_timeout(300)
        settled(page)
        browser = page.context.new_cdp_session(page)
        told = browser.send("Page.captureScreenshot", {"format": "webp", "quality": PICTURE_QUALITY})
        (Path(folder) / f"{name}.webp").write_bytes(base64.b64decode(told["data"]))
        browser.detach()


def look_at(visitor: Visitor, screens: dict[str, str], kind: str) -> dict[str, list[str]]:
    """All that is wrong with these screens, by screen."""
    page, found = visitor.page, {}
    for name, path in screens.items():
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")
        visitor.open(path)
        settled(page)
        keep(page, f"{name}-{kind}-light")
        wrong = [f"light {each}" for each in faults(page)]
        page.emulate_media(color_scheme="dark")
        keep(page, f"{name}-{kind}-dark")
        wrong += [f"dark {each}" for each in faults(page)]
        for window, width in NARROW.items():
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"{window} scrolls sideways")
            if window == "phone":
                keep(page, f"{name}-{kind}-phone")
        if wrong:
            found[name] = wrong
    return found


@pytest.fixture(autouse=True)
def _axe_is_there(watcher: Visitor) -> None:
    assert watcher.page
    if not AXE.is_file():
        missing("The tools of ui/ are not installed: ./flow8core ui check")


def test_nothing_keeps_anybody_from_using_an_empty_screen(watcher: Visitor) -> None:
    assert look_at(watcher, EMPTY, "empty") == {}


def test_nothing_keeps_anybody_from_signing_in(watcher: Visitor) -> None:
    watcher.context.clear_cookies()

    assert look_at(watcher, {"sign-in": "/sign-in"}, "empty") == {}


@pytest.mark.parametrize("part", [0, 1])
def test_nothing_keeps_anybody_from_using_a_full_screen(watcher: Visitor, stage: Stage, part: int) -> None:
    ids = fill(stage)
    screens = {name: path.format(**ids) for name, path in FULL.items()}
    mine = dict(list(screens.items())[part::2])

    assert look_at(watcher, mine, "full") == {}
