"""What tests of the web UI may ask for: a real Chromium, the built bundle, a front with it, and a visitor.

Whatever a test does, its page may break no rule of the page's policy and say nothing on the console.
"""

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import make_server

from flow8 import bundle as sources
from flow8.engine.engine import Engine
from flow8.errors import Unavailable
from flow8.services import sessions
from flow8.store.people import User
from tests.support.gunicorn import serving
from tests.web.conftest import administrator, worker  # noqa: F401 - fixtures
from web.app import create_app
from web.bundle import Bundle, load_bundle

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)
IDLE = "() => new Promise((done) => requestAnimationFrame(() => requestIdleCallback(done)))"
WATCH = """
window.broken = [];
window.longTasks = [];
document.addEventListener("securitypolicyviolation", (event) => {
  const where = event.target?.outerHTML?.slice(0, 200);
  window.broken.push(`${event.violatedDirective} ${event.blockedURI} ${location.pathname} ${where}`);
});
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.longTasks.push(Math.round(each.duration));
}).observe({ type: "longtask" });
"""


def missing(what: str) -> None:
    """Skip the test, or fail it where everything must run."""
    if os.environ.get("FLOW8_TEST_ALL") == "1":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A Chromium for the tests of one file: while it is there, no other event loop can run in this thread."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        missing("There is no Chromium here.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """The bundle of these sources, built if it is not."""
    try:
        sources.build(tell)
    except Unavailable as error:
        missing(f"The web UI cannot be built: {error.message}")
    found = load_bundle()
    assert found is not None
    return found


def tell(measured: str) -> None:
    """Say what was measured; pytest shows it with -s."""
    sys.stdout.write(f"{measured}\n")


@dataclass
class Site:
    """A front with the UI, at an address of its own."""

    engine: Engine
    user: User
    address: str

    def sid(self) -> str:
        """The cookie's value of a new session of the administrator."""
        company = self.engine.store.companies.ensure("default", "Default")
        return sessions.begin(self.engine, self.user, company.id, door="web").sid


@pytest.fixture
def site(engine: Engine, bundle: Bundle, administrator: User) -> Iterator[Site]:  # noqa: F811 - the fixture
    """A front with the UI, served by a thread of its own."""
    server = make_server("localhost", 0, create_app(engine, bundle), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield Site(engine, administrator, f"http://localhost:{server.server_port}")
    server.shutdown()
    thread.join(10)
    server.server_close()


@dataclass
class Visitor:
    """Somebody with a browser: a page, and all that it complained about."""

    site: Site
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    forgiven: tuple[str, ...] = ()

    def open(self, path: str) -> Page:
        """Open a path of the site."""
        self.page.goto(self.site.address + path)
        return self.page

    def forgive(self, *words: str) -> None:
        """Complaints with these words are what the test is about."""
        self.forgiven += words

    def nodes(self) -> int:
        """How many elements the page has."""
        return int(self.page.evaluate("document.querySelectorAll('*').length"))

    def api_calls(self) -> list[str]:
        """The paths of the API that the page asked for so far."""
        return [url for url in self.asked if "/api/" in url]

    def longest_task(self) -> int:
        """The longest time in milliseconds for which the page could not answer, since it was opened."""
        return int(self.page.evaluate("Math.max(0, ...window.longTasks)"))


def hear(message: ConsoleMessage, complaints: list[str]) -> None:
    """Keep what a page says as an error or a warning."""
    if message.type in ("error", "warning"):
        complaints.append(f"{message.text} ({message.location['url']})")


@pytest.fixture
def visitor(chromium: Browser, site: Site) -> Iterator[Visitor]:
    """The administrator, signed in."""
    yield from visit(chromium, site)


def visit(chromium: Browser, site: Site, **options: Any) -> Iterator[Visitor]:
    """A visitor who must leave without a complaint."""
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "sid", "value": site.sid(), "url": site.address}])
    context.add_init_script(WATCH)
    page = context.new_page()
    made = Visitor(site, context, page)
    page.on("console", lambda message: hear(message, made.complaints))
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.on("request", lambda request: made.asked.append(request.url))
    yield made
    broken = page.evaluate("window.broken ?? []")
    context.close()
    said = [each for each in made.complaints if not any(word in each for word in made.forgiven)]
    assert (broken, said) == ([], [])
    assert [url for url in made.asked if not url.startswith((site.address, "data:"))] == []


@pytest.fixture
def front(
    engine: Engine,
    environment: dict[str, str],
    tmp_path: Path,
    bundle: Bundle,
    administrator: User,  # noqa: F811 - the fixture
) -> Iterator[Site]:
    """A front as it really runs, with WebSockets."""
    assert bundle
    folder = tmp_path / "front"
    folder.mkdir()
    with serving(folder, environment) as served:
        yield Site(engine, administrator, f"http://127.0.0.1:{served.port}")


@pytest.fixture
def watcher(chromium: Browser, front: Site) -> Iterator[Visitor]:
    """Somebody signed in at that front."""
    yield from visit(chromium, front)
