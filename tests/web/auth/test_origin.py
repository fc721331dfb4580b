"""Requests that other pages send on a browser's behalf."""

import pytest
from flask.testing import FlaskClient

from tests.support.web import ADDRESS, Browser
from web.auth.origin import normal

OTHERS = {
    "another site": {"Origin": "https://evil.example"},
    "a channel's port of the same host": {"Origin": "http://localhost:7701"},
    "no port named": {"Origin": "http://localhost"},
    "a sandboxed page": {"Origin": "null"},
    "a name that begins like ours": {"Origin": "http://localhost:4454.evil.example"},
    "a page of the same site": {"Sec-Fetch-Site": "same-site", "Origin": ADDRESS},
    "a page of another site": {"Sec-Fetch-Site": "cross-site", "Origin": ADDRESS},
    "a browser that does not say": {},
}


OURS = (
    {"Origin": ADDRESS},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
)


def test_a_session_changes_nothing_for_pages_of_others(browser: Browser) -> None:
    answers = {name: _make_key(browser.client, headers) for name, headers in OTHERS.items()}

    assert answers == dict.fromkeys(OTHERS, 403)
    assert browser.get("/").status_code == 200


def test_our_own_pages_may(browser: Browser) -> None:
    assert [_make_key(browser.client, headers) for headers in OURS] == [201, 201, 201]


def test_looking_is_harmless_from_anywhere(browser: Browser) -> None:
    answer = browser.client.get("/api/v1/auth/me", base_url=ADDRESS, headers=OTHERS["another site"])

    assert answer.status_code == 200


def test_a_key_needs_no_page(program_client: FlaskClient) -> None:
    assert program_client.post("/api/v1/auth/logout").status_code == 204


@pytest.mark.parametrize("name", ["another site", "a channel's port of the same host", "a sandboxed page"])
def test_nobody_is_signed_in_by_a_page_of_others(bare: FlaskClient, name: str) -> None:
    answer = Browser(bare).send("/sign-in", {"email": "a", "password": "b"}, **OTHERS[name])

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://flow8.example", "https://flow8.example:443"),
        ("http://LOCALHOST:80/x", "http://localhost:80"),
        ("http://[::1]:4454", "http://::1:4454"),
        ("null", None),
        ("", None),
        ("ftp://x", None),
        ("http://x:99999", None),
        ("http://[", None),
    ],
)
def test_origins_are_compared_with_their_ports(address: str, found: str | None) -> None:
    assert normal(address) == found


def test_the_public_address_is_ours_behind_a_proxy_that_renames_the_host(browser: Browser) -> None:
    headers = {"Origin": ADDRESS, "Host": "127.0.0.1:4454"}
    cookie = browser.client.get_cookie("sid", "localhost")
    assert cookie is not None

    answer = browser.client.application.test_client(use_cookies=False).post(
        "/api/v1/auth/logout", headers={**headers, "Cookie": f"sid={cookie.value}"}
    )

    assert answer.status_code == 204


def _make_key(client: FlaskClient, headers: dict[str, str]) -> int:
    answer = client.post("/api/v1/auth/api-keys", base_url=ADDRESS, headers=headers, json={"name": "a key"})
    return answer.status_code


@pytest.fixture
def program_client(browser: Browser) -> FlaskClient:
    """A program with a key that the administrator made."""
    made = browser.client.post(
        "/api/v1/auth/api-keys", base_url=ADDRESS, headers={"Origin": ADDRESS}, json={"name": "a program"}
    )
    client = browser.client.application.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {(made.json or {})['key']}"
    return client
