"""What keeps somebody from using a page, as axe-core finds it, and whether a narrow window holds it."""

from typing import Final, Literal

from playwright.sync_api import Page

from config.kinds import ROOT
from tests.ui.conftest import missing

AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")


def faults(page: Page) -> list[str]:
    """What axe calls serious or critical in the page as it is now."""
    if not AXE.is_file():
        missing("The tools of ui/ are not installed: ./flow8core ui check")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    told = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{each['id']}: {each['nodes'][0]['target']} {each['nodes'][0]['failureSummary'][:200]}"
        for each in told["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def faults_in_both_themes(page: Page) -> list[str]:
    """The same in one page of somebody who leaves the theme to the system."""
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        found += [f"{theme} {each}" for each in faults(page)]
    return found


def is_narrow(page: Page) -> bool:
    """Whether nothing scrolls sideways but what says so itself."""
    fits = "parts => parts.every(each => each.scrollWidth <= each.clientWidth)"
    return bool(page.locator("html, .page").evaluate_all(fits))


def wrong_when_narrow(page: Page) -> list[str]:
    """What keeps anybody from using the page in a narrow window, in either theme."""
    return [*faults_in_both_themes(page), *([] if is_narrow(page) else ["scrolls sideways"])]
