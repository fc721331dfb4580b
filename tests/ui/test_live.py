"""The page and its WebSocket, at a real front: what happens shows at once, and without it a little later."""

import re
import threading
import time
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from flow8.engine.perform import perform
from flow8.services import plays
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.sizes import sized
from tests.support.system import until
from tests.support.web import an_actor
from tests.ui.conftest import Visitor, tell

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

EVENTS = sized(1000, 2000)
PATIENCE_MS = 60_000
WATCH = """
window.told = [];
window.follows = [];
window.drawn = [];
const Real = WebSocket;
window.WebSocket = class extends Real {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", (event) => {
      const told = JSON.parse(event.data);
      if (told.type === "subscribed") window.follows.push(told.sub);
      if (told.seq) window.told.push([told.seq, Date.parse(told.timestamp), Date.now()]);
    });
  }
};
new MutationObserver(() => window.drawn.push(Date.now())).observe(document, {
  subtree: true, childList: true, characterData: true, attributes: true,
});
"""
LATENCIES = """() => {
  let at = 0;
  return window.told.map(([, happened, heard]) => {
    while (at < window.drawn.length && window.drawn[at] < heard) at += 1;
    return (window.drawn[at] ?? Infinity) - happened;
  }).sort((a, b) => a - b);
}"""


def steps(count: int) -> list[dict[str, Any]]:
    """Flowlets that say their number, one after the other."""
    return [{"ref": f"step_{n}", "appId": "var", "args": {"values": {"n": n}}} for n in range(count)]


def rows_in_the_end(page: Page) -> dict[str, str]:
    """The state of every step that the list shows, from its first row to its last."""
    shown: dict[str, str] = page.evaluate(
        """async () => {
          const list = document.querySelector('.steps-rows'), found = {};
          for (list.scrollTop = 0; ; list.scrollTop += list.clientHeight / 2) {
            await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
            for (const row of list.querySelectorAll('.step')) {
              const name = row.innerText.match(/step_\\d+/), state = row.querySelector('.state');
              if (name && state) found[name[0]] = state.innerText.trim();
            }
            if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) return found;
          }
        }"""
    )
    return shown


def watch(watcher: Visitor, stage: Stage, play_id: str) -> list[int]:
    """Watch a play from its first event to its last, and tell how late each was; their numbers."""
    watcher.context.add_init_script(WATCH)
    page = watcher.open(f"/plays/{play_id}")
    page.get_by_text("Live", exact=True).wait_for()
    page.locator(".verdict .sentence").wait_for()
    until(lambda: f"play:{play_id}" in page.evaluate("window.follows"), 20, "the page to follow the play")
    began = time.monotonic()
    worker = threading.Thread(target=perform, args=(stage.engine, play_id))
    worker.start()
    page.locator(".verdict .sentence").get_by_text("All went well").wait_for(timeout=PATIENCE_MS)
    worker.join(10)
    took = time.monotonic() - began

    seqs: list[int] = page.evaluate("window.told.map(([seq]) => seq)")
    late = page.evaluate(LATENCIES)
    tell(f"{len(seqs)} events in {took:.1f} s: {len(seqs) / took:.0f} a second, told and drawn after")
    p50, p95 = late[len(late) // 2], late[len(late) * 95 // 100]
    tell(f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, worst {late[-1]:.0f} ms")
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    return seqs


def test_each_event_shows_by_itself_while_a_play_goes_on(watcher: Visitor, stage: Stage) -> None:
    waits = [stage.probe(f"step_{n}", seconds=0.03) for n in range(100)]
    play_id = stage.accept(a_flow(*waits, flow="steady", name="Steady"))

    assert len(watch(watcher, stage, play_id)) >= 2 * len(waits)


def test_a_thousand_events_show_at_once_and_none_is_lost(watcher: Visitor, stage: Stage) -> None:
    count = EVENTS // 2
    play_id = stage.accept(a_flow(*steps(count), flow="busy", name="Busy"))

    assert len(watch(watcher, stage, play_id)) >= EVENTS
    page = watcher.page
    shown = rows_in_the_end(page)
    assert len(shown) == count
    assert len(set(shown.values())) == 1, set(shown.values())
    before = page.locator(".verdict").inner_text()
    page.reload()
    page.locator(".verdict .sentence").get_by_text("All went well").wait_for()
    assert rows_in_the_end(page) == shown
    assert page.locator(".verdict .sentence").inner_text() in before


@pytest.fixture
def cut(watcher: Visitor) -> list[str]:
    """No socket of the page gets through while a word stands in this list."""
    cut = ["blocked"]

    def guard(socket: WebSocketRoute) -> None:
        if cut:
            socket.close()
        else:
            socket.connect_to_server()

    watcher.page.route_web_socket("**/api/v1/ws", guard)
    return cut


def test_without_the_socket_all_works_and_after_it_nothing_is_missing(
    watcher: Visitor, stage: Stage, cut: list[str]
) -> None:
    seen = stage.log.with_name("seen")
    slow = stage.probe("slow", until=str(seen))
    ask = {"ref": "ask", "appId": "var", "args": {"values": {}}, "needsApproval": True}
    play_id = stage.accept(a_flow(slow, ask, *steps(10), flow="cut", name="Cut"))
    page = watcher.open(f"/plays/{play_id}")
    page.get_by_text("Polling", exact=True).wait_for()
    worker = threading.Thread(target=perform, args=(stage.engine, play_id))
    worker.start()
    page.locator(".verdict .sentence").get_by_text("Running slow.").wait_for()
    seen.touch()
    page.locator(".verdict .sentence").get_by_text("waits for approval").wait_for()
    worker.join(10)
    page.locator(".step", has_text="ask").click()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Your decision is stored").wait_for()

    cut.clear()
    page.get_by_text("Live", exact=True).wait_for(timeout=PATIENCE_MS)
    perform(stage.engine, play_id)
    page.locator(".verdict .sentence").get_by_text("All went well").wait_for()
    expect(page.locator(".step")).to_have_count(12)
    page.get_by_role("tab", name="Events").click()
    events = page.locator(".events tbody tr")
    asked = f"{watcher.site.address}/api/v1/plays/{play_id}/events?after=0&size=1000"
    written = page.request.get(asked).json()["data"]
    expect(events).to_have_count(len(written))
    assert [line["seq"] for line in written] == list(range(1, len(written) + 1))


def test_the_list_of_flows_hears_of_plays(watcher: Visitor, stage: Stage) -> None:
    record = stage.publish(a_flow(*steps(1), flow="heard", name="Heard"))
    watcher.context.add_init_script(WATCH)
    page = watcher.open("/flows")
    page.get_by_text("no plays yet").wait_for()
    until(lambda: "plays" in page.evaluate("window.follows"), 20, "the page to follow all plays")

    perform(stage.engine, stage.accept(record, {}))

    expect(page.locator(".flows-tick.good")).to_have_count(1, timeout=8_000)


def test_a_play_that_no_worker_took_is_not_said_to_run(visitor: Visitor, stage: Stage) -> None:
    flow = stage.publish(a_flow(flow="queued", name="Queued"))
    play_id = plays.run(stage.engine, an_actor(stage.engine), flow.id, {"n": 1}).play_id
    with visitor.page.expect_response("**/events?*"):
        page = visitor.open(f"/plays/{play_id}")
    page.get_by_text("waits for a worker").wait_for()

    page.wait_for_timeout(1500)
    assert page.locator("h1 .state").inner_text().split() == ["○", "New"]
    assert not re.search(r"\dT\d", page.locator(".verdict .sentence").inner_text())
    perform(stage.engine, play_id)
    page.get_by_text("All went well").wait_for()
