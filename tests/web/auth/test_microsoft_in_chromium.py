"""Sign in by Microsoft in a real browser, from another site, while the session's cookie is `Strict`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.ports import free_port
from flow8.engine.engine import Engine
from tests.support.chromium import Chromium, chromium, program
from tests.support.gunicorn import Served, serving
from tests.support.microsoft import ACCESS_TOKEN, CLIENT_SECRET, Microsoft, microsoft_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.skipif(program() is None, reason="needs Chromium"),
]

BUTTON = "a.button"
AT_MICROSOFT = "location.hostname == 'localhost' && !!document.querySelector('#go')"
AT_PLAYS = "location.pathname == '/plays' && !!document.querySelector('nav')"
AFAR = "flow8.test"


@dataclass
class Stage:
    """A running front, the double on another site, and a browser."""

    front: Served
    microsoft: Microsoft
    browser: Chromium
    address: str


@pytest.fixture
def host(request: pytest.FixtureRequest) -> str:
    """The name under which the browser reaches the front: not Microsoft's `localhost`, so another site."""
    return str(getattr(request, "param", "127.0.0.1"))


@pytest.fixture
def stage(
    tmp_path: Path, environment: dict[str, str], engine: Engine, signing_key: rsa.RSAPrivateKey, host: str
) -> Iterator[Stage]:
    """Everything, with cookies as the settings have them unless somebody says otherwise."""
    assert engine.settings.session_cookie_same_site == "strict"
    port = free_port()
    address = f"http://{host}:{port}"
    with microsoft_for(f"{address}/auth/callback", tmp_path, signing_key) as microsoft:
        settings = microsoft.settings(
            OAUTH2_CREATE_USERS="true",
            OAUTH2_DEFAULT_ROLE="viewer",
            PUBLIC_URL=address,
            LOG_LEVEL="debug",
            SSL_CERT_FILE=str(microsoft.bundle),
        )
        rule = f"--host-resolver-rules=MAP {AFAR} 127.0.0.1"
        with (
            serving(tmp_path, {**environment, **settings}, port) as front,
            chromium(tmp_path / "browser", rule) as browser,
        ):
            yield Stage(front, microsoft, browser, address)


def sign_in(stage: Stage, back: str = "/plays") -> None:
    stage.browser.open(f"{stage.address}/sign-in?back={back}")
    stage.browser.click(BUTTON)
    stage.browser.wait_for(AT_MICROSOFT)
    stage.browser.click("#go")


def test_one_comes_back_from_microsoft_to_the_page_that_one_wanted(stage: Stage) -> None:
    sign_in(stage)

    stage.browser.wait_for(AT_PLAYS)

    cookies = stage.browser.cookies()
    assert (cookies["sid"]["sameSite"], cookies["sid"]["httpOnly"]) == ("Strict", True)
    assert cookies["sid"]["secure"] is True
    assert set(cookies) == {"sid"}
    stage.browser.wait_for("document.body.innerText.includes('ada@contoso.example')")
    assert stage.browser.tell("document.cookie") == ""


def test_at_the_level_of_debugging_nothing_secret_is_logged_either(stage: Stage) -> None:
    sign_in(stage)
    stage.browser.wait_for(AT_PLAYS)

    log = stage.front.log()
    [code] = stage.microsoft.codes
    assert "GET /auth/callback?code=***" in log
    for secret in (code, CLIENT_SECRET, ACCESS_TOKEN, "eyJ", "code_verifier", "client_secret"):
        assert secret not in log


def test_the_session_really_is_kept_from_whoever_comes_from_another_site(stage: Stage) -> None:
    sign_in(stage)
    stage.browser.wait_for(AT_PLAYS)
    stage.browser.open(f"{stage.microsoft.address}/nowhere")
    stage.browser.wait_for("location.hostname == 'localhost'")

    stage.browser.tell(
        f"document.body.innerHTML = '<a id=there href={stage.address}/plays>x</a>'; there.click()"
    )

    stage.browser.wait_for("location.pathname == '/plays' && !!document.querySelector('#password')")


def test_on_the_way_the_trip_is_lax_and_goes_nowhere_else(stage: Stage) -> None:
    stage.browser.open(f"{stage.address}/sign-in")
    stage.browser.click(BUTTON)
    stage.browser.wait_for(AT_MICROSOFT)

    trip = stage.browser.cookies()["sso"]

    assert (trip["sameSite"], trip["path"], trip["httpOnly"]) == ("Lax", "/auth/callback", True)


def test_going_back_to_the_callback_signs_in_nobody_again(stage: Stage) -> None:
    sign_in(stage)
    stage.browser.wait_for(AT_PLAYS)
    [asked] = stage.microsoft.codes.items()

    stage.browser.open(f"{stage.address}/auth/callback?code={asked[0]}&state=x")

    stage.browser.wait_for("document.body.innerText.includes('did not come back with what flow8 gave it')")
    assert stage.microsoft.granted == 1


@pytest.mark.parametrize("host", [AFAR], indirect=True)
def test_over_plain_http_from_afar_the_page_says_why_instead_of_looping(stage: Stage) -> None:
    told = "document.body.innerText.includes('Your browser will not keep the session')"
    stage.browser.open(f"{stage.address}/sign-in")
    stage.browser.wait_for(told)

    stage.browser.click(BUTTON)
    stage.browser.wait_for(f"location.pathname == '/api/v1/auth/microsoft' && {told}")
    stage.browser.open(f"{stage.address}/auth/callback?code=1&state=2")
    stage.browser.wait_for(f"location.pathname == '/auth/callback' && {told}")

    assert stage.microsoft.codes == {}
    assert stage.front.log().count(" INFO http GET /auth/callback") == 1
