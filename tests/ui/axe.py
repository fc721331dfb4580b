"""What keeps somebody from using a page, as axe-core finds it."""

from playwright.sync_api import Page

from config.kinds import ROOT

AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"


def faults(page: Page) -> list[str]:
    """What axe calls serious or critical in the page as it is now."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    told = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{each['id']}: {each['nodes'][0]['target']} {each['nodes'][0]['failureSummary'][:200]}"
        for each in told["violations"]
        if each["impact"] in ("serious", "critical")
    ]
