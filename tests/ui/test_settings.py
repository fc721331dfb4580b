"""The inside of the editor in a real browser: forms, expressions, data, pins, tests, the picker, publishing."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from flow8.store.flows import FlowRecord
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.ui.conftest import Visitor, tell

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
SHOTS = "/tmp/shots/settings-"


def a_shop() -> dict[str, Any]:
    """Three flowlets: prices added up, a router that looks at the sum, a reply."""
    routes = [{"label": "big", "condition": "{{ $prev.total.sum > 100 }}"}, {"label": "small", "condition": "true"}]
    return a_flow(
        {"ref": "total", "appId": "var", "args": {"values": {"sum": "{{ $args.items | map(.price) | sum }}", "currency": "EUR"}}},
        {"ref": "route", "appId": "router", "args": {"routes": routes}, "filters": [{"leftValue": "{{ $prev.total.sum }}", "operator": "gt", "rightValue": 5}]},
        {"ref": "reply", "appId": "var", "args": {"values": {"label": "{{ $prev.route.route }}"}}},
        flow="shop",
        name="Shop",
        input={"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "description": "The number of the order."}, "items": {"type": "array", "items": {"type": "object"}}, "express": {"type": "boolean"}}},
    )


def test_shots(visitor: Visitor, stage: Stage, worker: None) -> None:
    record = stage.publish(a_shop())
    page = visitor.open("/flows/shop/edit?at=route&open=settings&view=outline")
    page.locator(".settings").wait_for()
    page.wait_for_timeout(700)
    page.screenshot(path=SHOTS + "1-empty.png")
    page.get_by_role("button", name="Args ▸").click()
    page.get_by_label("Id required").fill("A-1")
    page.screenshot(path=SHOTS + "2-args.png")
    page.get_by_role("button", name="Test all").click()
    page.locator(".settings-results li").nth(2).wait_for()
    page.get_by_text("Open the play").wait_for()
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Args ▾").click()
    page.screenshot(path=SHOTS + "3-tested.png")
    page.get_by_text("When it runs").click()
    page.wait_for_timeout(1200)
    page.screenshot(path=SHOTS + "4-when.png")
    page.locator(".settings-pane").nth(1).screenshot(path=SHOTS + "5-pane.png")
    page.set_viewport_size({"width": 1900, "height": 1000})
    page.wait_for_timeout(500)
    page.screenshot(path=SHOTS + "6-wide.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    page.screenshot(path=SHOTS + "7-narrow.png", full_page=True)
