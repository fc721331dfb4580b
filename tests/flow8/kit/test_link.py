"""Links: sent to the hosts that they are for, and to no other."""

import pytest

from flow8.kit import Failed, Link
from flow8.kit.link import is_host_rule

HEADERS = {"Authorization": "Bearer swordfish"}
LINK = Link("http", ("api.example.com", "*.shop.example", "http://10.0.0.5", "[::1]"), HEADERS)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/x?y=z",
        "https://API.example.com:8443/",
        "https://eu.shop.example/",
        "http://10.0.0.5:8080/",
        "https://10.0.0.5/",
        "https://[::1]/",
    ],
)
def test_a_host_that_is_named_gets_the_headers(url: str) -> None:
    assert LINK.headers_for(url) == HEADERS


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com/",
        "https://api.example.com.evil.example/",
        "https://evil.example/?api.example.com",
        "https://xapi.example.com/",
        "https://shop.example/",
        "https://evilshop.example/",
        "http://eu.shop.example/",
        "http://[::1]/",
    ],
)
def test_any_other_host_is_refused_for_good(url: str) -> None:
    with pytest.raises(Failed) as refused:
        LINK.headers_for(url)

    assert (refused.value.code, refused.value.final) == ("LINK_REFUSED", True)
    assert "swordfish" not in refused.value.message
    assert "swordfish" not in repr(LINK)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("api.example.com", True),
        ("*.example.com", True),
        ("localhost", True),
        ("http://localhost", True),
        ("[::1]", True),
        ("https://api.example.com", False),
        ("api.example.com/path", False),
        ("*", False),
        ("api.*.com", False),
        ("a b", False),
        ("", False),
        ("api.example.com\n", False),
    ],
)
def test_what_names_hosts(text: str, is_one: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_host_rule(text) is is_one
