"""Two ways to use a page, with a mouse and by keys alone; and how to wait for what comes of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from playwright.sync_api import Locator, Page

from tests.ui.conftest import IDLE, PATIENCE_MS

MOST_STEPS: Final = 160
HAS_FOCUS: Final = "each => each === document.activeElement"
ONE_HAS_FOCUS: Final = "all => all.includes(document.activeElement)"


def saved(page: Page) -> None:
    """Wait until the editor says that the draft is saved, with what was done last in it."""
    page.evaluate(IDLE)
    page.locator(".editor-facts").get_by_text("Draft saved").wait_for()


def becomes(look: Callable[[], object], wanted: object) -> None:
    """Wait until what is looked at, on the server or in the page, is so."""
    end = time.monotonic() + PATIENCE_MS / 1_000
    while (found := look()) != wanted and time.monotonic() < end:
        time.sleep(0.05)
    assert found == wanted


def chosen(where: Locator, begins: str) -> str:
    """The whole text of the entry that begins so."""
    where.locator("option").filter(has_text=begins).first.wait_for(state="attached")
    texts = [each.strip() for each in where.locator("option").all_inner_texts()]
    return next(each for each in texts if each.startswith(begins))


class Way(Protocol):
    """What somebody does with a page."""

    def press(self, what: Locator) -> None:
        """Press a button, follow a link, choose a card."""

    def write(self, where: Locator, text: str) -> None:
        """Put a text in place of what stands in a field."""

    def open_card(self, cards: Locator, which: Locator) -> None:
        """Open the settings of one of several cards that stand in a row."""

    def pick(self, where: Locator, begins: str) -> None:
        """Pick the entry of a list whose text begins so."""


@dataclass
class Mouse:
    """Clicks."""

    page: Page

    def press(self, what: Locator) -> None:
        """Click it."""
        what.click()

    def write(self, where: Locator, text: str) -> None:
        """Click into it and type."""
        where.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def open_card(self, cards: Locator, which: Locator) -> None:
        """Click it."""
        cards.first.wait_for()
        which.click()

    def pick(self, where: Locator, begins: str) -> None:
        """Pick it by its text, as a click in the list that the browser opens does."""
        where.select_option(label=chosen(where, begins))


@dataclass
class Keys:
    """Goes by Tab, whatever the page is, and never touches a mouse."""

    page: Page

    def press(self, what: Locator) -> None:
        """Go there and press Enter."""
        self.reach(what)
        self.page.keyboard.press("Enter")

    def write(self, where: Locator, text: str) -> None:
        """Go there and type."""
        self.reach(where)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def open_card(self, cards: Locator, which: Locator) -> None:
        """Go to the one that Tab leads to, then along the row, and press Enter."""
        which.wait_for()
        for key in ("Tab", "ArrowRight"):
            for _ in range(MOST_STEPS):
                if (cards if key == "Tab" else which).evaluate_all(ONE_HAS_FOCUS):
                    break
                self.page.keyboard.press(key)
        assert which.evaluate(HAS_FOCUS), f"no key leads to {which}"
        self.page.keyboard.press("Enter")

    def pick(self, where: Locator, begins: str) -> None:
        """Go there and down until it stands there."""
        self.reach(where)
        wanted = chosen(where, begins)
        for _ in range(MOST_STEPS):
            if where.evaluate("each => each.selectedOptions[0].text.trim()") == wanted:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {begins}")

    def reach(self, what: Locator) -> None:
        """Press Tab until it has the focus, which must then be in sight."""
        what.wait_for()
        for _ in range(MOST_STEPS):
            if what.evaluate(HAS_FOCUS):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never leads to {what}")
