"""The session's cookie."""

import dataclasses

import pytest

from tests.support.web import Browser
from web.app import create_app
from web.auth.cookie import would_be_dropped
from web.front import Front


def test_the_cookie_has_the_flags_of_the_settings(browser: Browser) -> None:
    header = browser.sign_in().headers["Set-Cookie"]

    assert header.startswith("sid=")
    assert {part.strip() for part in header.split(";")[1:]} == {
        "Secure",
        "HttpOnly",
        "Path=/",
        "SameSite=Strict",
    }


@pytest.mark.parametrize(
    ("address", "secure", "public_url", "dropped"),
    [
        ("http://localhost:4454", True, "http://localhost:4454", False),
        ("http://127.0.0.1:4454", True, "http://localhost:4454", False),
        ("http://[::1]:4454", True, "http://localhost:4454", False),
        ("http://192.168.1.5:4454", True, "http://localhost:4454", True),
        ("http://flow8.example", True, "http://localhost:4454", True),
        ("http://flow8.example", True, "https://flow8.example", False),
        ("https://flow8.example", True, "http://localhost:4454", False),
        ("http://192.168.1.5:4454", False, "http://localhost:4454", False),
    ],
)
def test_people_are_warned_where_the_browser_drops_it(
    bare_app: Front, address: str, *, secure: bool, public_url: str, dropped: bool
) -> None:
    engine = bare_app.extensions["flow8"]
    settings = dataclasses.replace(engine.settings, session_cookie_secure=secure, public_url=public_url)
    app = create_app(dataclasses.replace(engine, settings=settings))

    with app.test_request_context("/sign-in", base_url=address):
        assert would_be_dropped() is dropped

    page = app.test_client().get("/sign-in", base_url=address).text
    assert ("will not keep the session" in page) is dropped
