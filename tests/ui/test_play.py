"""One play in a real browser: a thousand steps, a large output, what goes on, what one can do about it."""

import gzip
import hashlib
import json
import threading
import time
import urllib.request
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from flow8.engine.perform import perform
from flow8.ids import new_id
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.ui_plays import a_big_flow, a_failed_play
from tests.ui.conftest import Site, Visitor, tell, visit
from tests.ui.ways import becomes

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

KIB = 1024
MIB = KIB * KIB


def var(ref: str, **more: Any) -> dict[str, Any]:
    """A flowlet that says its name."""
    return {"ref": ref, "appId": "var", "args": {"values": {"name": ref}}, **more}


def fetch(site: Site, path: str) -> bytes:
    """What the API answers to the administrator."""
    request = urllib.request.Request(site.address + path, headers={"Cookie": f"sid={site.sid()}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return bytes(answer.read())


def scrolled(page: Page, selector: str) -> list[float]:
    """The times between frames while a list is scrolled to its end."""
    frames: list[float] = page.evaluate(
        """async (selector) => {
          const list = document.querySelector(selector), frames = [];
          let last = performance.now();
          for (let n = 0; n < 60; n += 1) {
            list.scrollTop += list.scrollHeight / 60;
            await new Promise(requestAnimationFrame);
            frames.push(performance.now() - last);
            last = performance.now();
          }
          return frames.sort((a, b) => a - b);
        }""",
        selector,
    )
    return frames


def test_a_thousand_steps_open_on_the_failure_and_scroll(visitor: Visitor, stage: Stage) -> None:
    flow = a_big_flow(1000)
    flow["flowlets"][500]["onError"] = "continue"
    play_id = stage.accept(flow)
    perform(stage.engine, play_id)
    first = gzip.compress(fetch(visitor.site, f"/api/v1/plays/{play_id}"))
    assert len(first) <= 80 * KIB, f"{len(first)} bytes"

    began = time.monotonic()
    page = visitor.open(f"/plays/{play_id}")
    page.locator(".step").first.wait_for()
    page.locator(".details h2").wait_for()
    tell(f"usable after {time.monotonic() - began:.2f} s")
    frames = scrolled(page, ".steps-rows")
    tell(f"{len(first)} bytes gz, {visitor.nodes()} nodes, longest task {visitor.longest_task()} ms")
    tell(f"frames: p50 {frames[30]:.0f} ms, p95 {frames[57]:.0f} ms, worst {frames[-1]:.0f} ms")

    assert visitor.nodes() <= 2500
    page.get_by_label("Which steps").select_option("failed")
    expect(page.locator(".step")).to_have_count(1)
    assert "the middle one" in page.locator(".step").inner_text()


def test_a_large_output_opens_when_asked_and_is_found_in(visitor: Visitor, stage: Stage) -> None:
    items = [{"id": n, "name": f"customer {n}", "tags": ["a", "b"], "amount": n * 1.5} for n in range(16_000)]
    made = {"ref": "load", "appId": "var", "args": {"values": {"items": "{{ $args.items }}"}}}
    play_id = stage.play(made, args={"items": items}, flow="large", name="Large").id
    raw = fetch(visitor.site, f"/api/v1/plays/{play_id}/layers/load/raw?of=output")
    assert len(raw) > MIB

    page = visitor.open(f"/plays/{play_id}?step=load&part=output")
    page.get_by_text("its first 128 KiB are shown as text").wait_for()
    visitor.page.evaluate("window.longTasks.length = 0")
    began = time.monotonic()
    page.get_by_role("button", name="Open all").click()
    page.locator(".tree-row").first.wait_for()
    tell(f"opened after {time.monotonic() - began:.2f} s, longest task {visitor.longest_task()} ms")
    tell(f"{page.locator('.details *').count()} nodes in the details")
    assert page.locator(".details *").count() <= 400

    began = time.monotonic()
    page.get_by_role("searchbox", name="Find in Output of load").fill("customer 15999")
    page.get_by_role("status").get_by_text("1 of 1").wait_for()
    page.locator(".tree-row[aria-selected=true]").get_by_text("customer 15999").wait_for()
    tell(f"found after {time.monotonic() - began:.2f} s")

    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    stored = download.value.path().read_bytes()
    assert hashlib.sha256(stored).hexdigest() == hashlib.sha256(raw).hexdigest()


def test_what_happens_shows_by_itself(visitor: Visitor, stage: Stage) -> None:
    seen = stage.log.with_name("seen")
    slow = stage.probe("slow", until=str(seen))
    play_id = stage.accept(a_flow(slow, var("after"), flow="live", name="Live"))
    page = visitor.open(f"/plays/{play_id}")
    page.get_by_text("waits for a worker").first.wait_for()
    worker = threading.Thread(target=perform, args=(stage.engine, play_id))
    worker.start()

    page.locator(".verdict .sentence").get_by_text("Running slow.").wait_for()
    seen.touch()
    page.locator(".verdict .sentence").get_by_text("All went well").wait_for()
    worker.join(10)
    expect(page.locator(".step .good").nth(1)).to_be_visible()
    expect(page.get_by_role("button", name="Rerun", exact=True)).to_be_visible()


@pytest.mark.usefixtures("worker")
def test_a_play_is_played_again_from_a_step(visitor: Visitor, stage: Stage) -> None:
    play_id = a_failed_play(stage)
    page = visitor.open(f"/plays/{play_id}")

    page.get_by_role("button", name="Rerun from charge_card").click()

    page.get_by_text(f"rerun of {play_id}").wait_for()
    page.locator(".verdict .sentence").get_by_text("charge_card failed").wait_for()
    assert play_id not in page.url


@pytest.mark.usefixtures("worker")
def test_arguments_can_be_changed_for_a_rerun(visitor: Visitor, stage: Stage) -> None:
    play_id = stage.play(var("one"), args={"id": 1}, flow="again", name="Again", title="No {{ $args.id }}").id
    page = visitor.open(f"/plays/{play_id}")
    page.get_by_role("button", name="Rerun with").click()

    page.get_by_label("Arguments").fill("{not json")
    page.get_by_role("dialog").get_by_role("button", name="Rerun").click()
    page.get_by_role("alert").get_by_text("not JSON").wait_for()
    page.get_by_label("Arguments").fill(json.dumps({"id": 2}))
    page.get_by_role("dialog").get_by_role("button", name="Rerun").click()

    page.get_by_role("heading", name="No 2").wait_for()


def test_a_waiting_play_is_approved_where_one_reads_it(visitor: Visitor, stage: Stage) -> None:
    play_id = stage.play(var("ask", needsApproval=True), flow="ask", name="Ask").id
    page = visitor.open(f"/plays/{play_id}")
    page.locator(".verdict .sentence").get_by_text("waits for approval").wait_for()
    expect(page.get_by_role("button", name="Decline")).to_be_disabled()

    page.get_by_label("Note").fill("fine")
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Your decision is stored").wait_for()
    perform(stage.engine, play_id)

    page.locator(".verdict .sentence").get_by_text("All went well").wait_for()
    page.get_by_text("Approved by admin@localhost: fine").wait_for()


def test_a_filtered_row_says_which_condition_did_not_hold(visitor: Visitor, stage: Stage) -> None:
    unmet = [{"leftValue": "{{ $args.total }}", "operator": "gt", "rightValue": 200}]
    steps = (var("first"), var("big", filters=unmet))
    play_id = stage.play(*steps, args={"total": 120}, flow="sift", name="Sift").id
    page = visitor.open(f"/plays/{play_id}")

    row = page.locator(".step", has_text="big")
    row.wait_for()

    assert "120 gt 200: false" in row.inner_text()


def test_every_attempt_has_a_bar_of_its_own(visitor: Visitor, stage: Stage) -> None:
    again = {"retry": {"count": 2, "delayMs": 1000}}
    play_id = stage.play(stage.probe("shaky", fails=2, flowlet=again), flow="retry", name="Retry").id
    page = visitor.open(f"/plays/{play_id}")

    row = page.locator(".step", has_text="shaky")
    expect(row.locator(".bar")).to_have_count(3)

    expect(row.locator(".bar.bad")).to_have_count(2)
    assert "3 attempts" in row.inner_text()


def test_the_graph_shows_what_came_after_what(visitor: Visitor, stage: Stage) -> None:
    steps = (
        var("start"),
        var("left", after=["start"]),
        var("right", after=["start"]),
        var("end", after=["left", "right"]),
    )
    play_id = stage.play(*steps, flow="graph", name="Graph").id
    page = visitor.open(f"/plays/{play_id}?view=graph")
    page.locator(".react-flow__node").nth(3).wait_for()
    expect(page.locator(".react-flow__edge")).to_have_count(4)

    page.locator(".react-flow__node", has_text="left").click()

    page.wait_for_url("**step=left**")
    page.locator(".details h2").get_by_text("left").wait_for()


def test_items_of_a_loop_lead_to_their_layers(visitor: Visitor, stage: Stage) -> None:
    body = {"ref": "price", "appId": "var", "inside": "each", "args": {"values": {"got": "{{ $item }}"}}}
    loop = {"ref": "each", "appId": "iterator", "args": {"items": "{{ $args.items }}"}}
    play_id = stage.play(loop, body, args={"items": ["a", "b", "c"]}, flow="loop", name="Loop").id
    page = visitor.open(f"/plays/{play_id}?step=each")
    page.get_by_text("3 of 3 ok").wait_for()

    page.locator(".items li", has_text="item 1").get_by_role("button", name="price").click()

    page.wait_for_url("**step=price%231**")
    page.locator(".tree-row").get_by_text('"b"').wait_for()


def test_two_plays_are_compared_to_their_first_difference(visitor: Visitor, stage: Stage) -> None:
    steps = (var("same"), {"ref": "total", "appId": "var", "args": {"values": {"n": "{{ $args.n }}"}}})
    record = stage.publish(a_flow(*steps, flow="pair", name="Pair"))
    ids = []
    for n in (1, 2):
        ids.append(stage.accept(record, {"n": n}))
        perform(stage.engine, ids[-1])
    page = visitor.open(f"/plays/{ids[0]}?compare={ids[1]}")

    page.get_by_text("They first differ at total.").wait_for()
    page.locator(".beside .tree-row").get_by_text("2", exact=True).wait_for()


def test_what_modules_logged_stands_beside_its_step(visitor: Visitor, stage: Stage) -> None:
    play_id = stage.play(var("quiet"), flow="logs", name="Logs").id
    page = visitor.open(f"/plays/{play_id}?view=logs")

    page.get_by_text("Nothing was logged.").wait_for()
    page.get_by_role("tab", name="Events").click()
    page.get_by_role("cell", name="play:layer:completed").wait_for()


def test_one_looks_closer_at_a_step_and_folds_a_loop(visitor: Visitor, stage: Stage) -> None:
    body = {"ref": "price", "appId": "var", "inside": "each", "args": {"values": {"got": "{{ $item }}"}}}
    loop = {"ref": "each", "appId": "iterator", "args": {"items": [1, 2]}}
    probe = stage.probe("slow", seconds=0.3)
    page = visitor.open(f"/plays/{stage.play(probe, loop, body, flow='loop', name='Loop').id}?step=each")
    bar = page.locator(".step", has_text="each").locator(".bar")
    bar.wait_for()
    before = width_of(bar)

    page.keyboard.press("Shift+Z")
    page.wait_for_url("**zoom=**")
    becomes(lambda: width_of(bar) > 3 * before, wanted=True)
    page.reload()
    bar.wait_for()
    becomes(lambda: width_of(bar) > 3 * before, wanted=True)
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Look closer")).to_be_visible()
    becomes(lambda: width_of(bar), pytest.approx(before, abs=2))

    line = page.locator(".steps-axis .step-line").bounding_box()
    assert line is not None
    page.mouse.move(line["x"] + 2, line["y"] + 8)
    page.mouse.down()
    page.mouse.move(line["x"] + line["width"] / 2, line["y"] + 8, steps=4)
    page.mouse.up()
    page.wait_for_url("**zoom=**")
    page.get_by_role("button", name="Whole play").click()

    page.keyboard.press("h")
    expect(page.locator(".step")).to_have_count(2)
    page.keyboard.press("l")
    expect(page.locator(".step")).to_have_count(3)


def width_of(what: Locator) -> float:
    """How wide it is drawn."""
    return float(what.evaluate("each => each.getBoundingClientRect().width"))


def test_the_chosen_part_stays_from_step_to_step(visitor: Visitor, stage: Stage) -> None:
    page = visitor.open(f"/plays/{stage.play(var('one'), var('two'), flow='pair', name='Pair').id}")
    page.get_by_role("tab", name="Input").click()
    page.keyboard.press("k")

    page.locator(".details h2").get_by_text("one").wait_for()

    expect(page.get_by_role("tab", name="Input")).to_have_attribute("aria-selected", "true")


def test_a_play_opens_in_the_editor_with_its_data(visitor: Visitor, stage: Stage) -> None:
    steps = (var("first"), {"ref": "total", "appId": "var", "args": {"values": {"n": "{{ $args.n }}"}}})
    record = stage.publish(a_flow(*steps, flow="pair", name="Pair", title="Pair {{ $args.n }}"))
    ids = []
    for n in (1, 2):
        ids.append(stage.accept(record, {"n": n}))
        perform(stage.engine, ids[-1])
    page = visitor.open(f"/plays/{ids[0]}")
    page.locator(".step").first.wait_for()

    page.get_by_role("link", name="Open in the editor").click()

    page.get_by_text("Data of Pair 1").wait_for()
    page.get_by_role("tab", name="Output").click()
    page.locator(".settings-pane .tree-row").get_by_text("1", exact=True).wait_for()
    page.go_back()
    page.locator(".verdict").get_by_text("Pair 1").wait_for()


@pytest.mark.parametrize("path", ["/plays/{play}?view=graph", "/flows/graph/edit?view=canvas"])
def test_a_phone_shows_pictures(chromium: Browser, site: Site, stage: Stage, path: str) -> None:
    play_id = stage.play(var("start"), var("end"), flow="graph", name="Graph").id
    visitor = next(made := visit(chromium, site, viewport={"width": 390, "height": 800}))
    page = visitor.open(path.format(play=play_id))
    page.locator(".react-flow__node").first.wait_for()

    box = page.locator(".react-flow").bounding_box()

    next(made, None)
    assert box is not None
    assert box["height"] > 250


def test_moments_are_told_by_the_clock_of_the_browser(chromium: Browser, site: Site, stage: Stage) -> None:
    play_id = a_failed_play(stage)
    for visitor in visit(chromium, site, timezone_id="Asia/Kolkata"):
        page = visitor.open(f"/plays/{play_id}?view=events")
        first = page.locator(".events time").first
        first.wait_for()
        moment = datetime.fromisoformat(first.get_attribute("datetime") or "")
        there = moment.astimezone(ZoneInfo("Asia/Kolkata"))
        assert first.inner_text() == there.strftime("%H:%M:%S.%f")[:-3]


def test_a_play_leads_to_the_one_that_it_started_and_back(visitor: Visitor, stage: Stage) -> None:
    stage.publish(a_flow(flow="inner", name="Inner"))
    step = {"ref": "ask", "appId": "subflow", "args": {"flow": "inner", "args": {"n": 1}, "wait": False}}
    outer = stage.play(step, flow="outer", name="Outer").id
    page = visitor.open(f"/plays/{outer}?step=ask")
    child = stage.engine.store.database["plays"].find_one({"parent.playId": outer})
    assert child is not None

    page.locator(".details").get_by_role("link", name=child["_id"]).click()
    page.get_by_role("heading", name="inner").wait_for()
    page.get_by_text("part of").get_by_role("link", name=outer).click()

    page.get_by_role("heading", name="outer").wait_for()
    assert page.url.endswith(f"/plays/{outer}?step=ask")


def test_a_file_in_an_output_can_be_taken(visitor: Visitor, stage: Stage) -> None:
    make = {"ref": "make", "appId": "file-create", "args": {"name": "grüezi.txt", "content": "Grüezi"}}
    page = visitor.open(f"/plays/{stage.play(make, flow='files', name='Files').id}?step=make")

    with page.expect_download() as taken:
        page.get_by_role("link", name="grüezi.txt").click()

    assert taken.value.suggested_filename == "grüezi.txt"
    assert taken.value.path().read_text() == "Grüezi"


def test_a_comparison_with_a_play_that_is_gone_can_be_closed(visitor: Visitor, stage: Stage) -> None:
    visitor.forgive("404")
    page = visitor.open(f"/plays/{a_failed_play(stage)}?compare={new_id()}")
    page.get_by_role("alert").get_by_text("There is no play").wait_for()

    page.get_by_role("button", name="Close the comparison").click()

    page.get_by_role("tab", name="Waterfall").wait_for()
