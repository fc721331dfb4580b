"""An administrator's browser visits a flow on a channel port: what is ours never reaches the flow."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chromium import Chromium, chromium, program
from tests.support.factories import a_flow
from tests.support.system import System, running, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.timeout(180),
    pytest.mark.skipif(program() is None, reason="needs Chromium"),
]

ECHO = a_flow(
    {
        "ref": "echo",
        "appId": "respond",
        "args": {
            "headers": {"Set-Cookie": "sid=somebody-elses; Path=/"},
            "body": {"headers": "{{ $request.headers }}"},
        },
    },
    flow="echo-headers",
)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A running flow8 with a public channel whose flow gives back the headers that it sees."""
    with running(tmp_path_factory.mktemp("cookies")) as started:
        started.publish(ECHO)
        yield started


@pytest.fixture(scope="module")
def channel(system: System) -> dict[str, Any]:
    """The channel."""
    made = system.api("POST", "channels", {"name": "Echo", "kind": "http", "authMode": "public"}).json
    route = {"name": "echo", "httpMethod": "GET", "path": "/echo", "targetFlowIds": ["echo-headers"]}
    assert system.api("POST", f"channels/{made['slug']}/routes", route).status == 201
    return dict(made)


@pytest.fixture
def browser(system: System, tmp_path: Path) -> Iterator[Chromium]:
    """The administrator's browser, signed in, with a cookie that is nobody's secret."""
    with chromium(tmp_path / "browser") as opened:
        opened.open(f"http://localhost:{system.web}/sign-in")
        opened.wait_for("!!document.querySelector('#password')")
        opened.tell("document.querySelector('#email').value = 'admin@localhost'")
        opened.tell("document.querySelector('#password').value = 'correct horse battery staple'")
        opened.tell("document.cookie = 'theme=dark; path=/'")
        opened.tell("document.querySelector('form').submit()")
        opened.wait_for("location.pathname == '/' && !!document.querySelector('nav')")
        yield opened


def seen(browser: Chromium, address: str) -> dict[str, str]:
    """The headers that the flow says it saw of this very browser."""
    browser.open(address)
    browser.wait_for("document.body.innerText.includes('theme=dark')")
    headers: dict[str, str] = json.loads(browser.tell("document.body.innerText"))["headers"]
    return headers


@pytest.mark.parametrize("where", ["port", "front"])
def test_a_flow_sees_no_session_and_sets_none(
    system: System, channel: dict[str, Any], browser: Chromium, where: str
) -> None:
    port = f"http://localhost:{channel['port']}/echo"
    front = f"http://localhost:{system.web}/c/{channel['slug']}/echo"
    address = port if where == "port" else front
    until(lambda: system.is_served(address), 20, "the channel")
    sid = browser.cookies()["sid"]["value"]

    headers = seen(browser, address)

    assert headers["cookie"] == "theme=dark"
    assert sid not in json.dumps(headers)
    assert browser.cookies()["sid"]["value"] == sid
    browser.open(f"http://localhost:{system.web}/plays")
    browser.wait_for("location.pathname == '/plays' && !!document.querySelector('nav')")
