"""Addresses of the web, taken apart."""

import pytest

from flow8.kit import Failed
from flow8.kit.outbound.target import Target, target_of


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://example.com", Target("http", "example.com", 80, "/")),
        ("HTTPS://Example.COM:8443/a?b=c#d", Target("https", "example.com", 8443, "/a?b=c")),
        ("  http://example.com/a b/ü?x=1 2  ", Target("http", "example.com", 80, "/a%20b/%C3%BC?x=1%202")),
        ("http://example.com?x=1", Target("http", "example.com", 80, "/?x=1")),
        ("http://[::1]:81/", Target("http", "::1", 81, "/")),
        ("http://[fe80::1%25lo]/", Target("http", "fe80::1%lo", 80, "/")),
        ("http://bücher.example/", Target("http", "xn--bcher-kva.example", 80, "/")),
        ("http://example.com/50%25?q=%20", Target("http", "example.com", 80, "/50%25?q=%20")),
        ("http://example.com/a\r\nX-Evil: 1", Target("http", "example.com", 80, "/a%0D%0AX-Evil:%201")),
    ],
)
def test_an_address_is_taken_apart(url: str, target: Target) -> None:
    assert target_of(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "http:/example.com",
        "http://user@example.com/",
        "http://user:secret@example.com/",
        "http://exam ple.com/",
        "http://example.com\\@127.0.0.1/",
        "http://example.com\t.evil/",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://[::1/",
        "http://a..b/",
        "http://" + "a" * 64 + ".com/",
        "http://\udc80/",
        "http://example.com/\udc80",
    ],
)
def test_what_is_not_plainly_http_is_refused_for_good(url: str) -> None:
    with pytest.raises(Failed) as refused:
        target_of(url)

    assert refused.value.final
    assert refused.value.code == "BAD_ADDRESS"


def test_a_refusal_never_repeats_the_address() -> None:
    with pytest.raises(Failed) as refused:
        target_of("http://user:hunter2@example.com/?token=abc")

    assert refused.value.message == "The address holds a name or password; send them in a header"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/next", "http://example.com:81/next"),
        ("next?x=1", "http://example.com:81/a/next?x=1"),
        ("//other.example/", "http://other.example/"),
        ("https://other.example", "https://other.example/"),
    ],
)
def test_a_redirect_is_followed_from_where_it_was_said(location: str, url: str) -> None:
    assert target_of("http://example.com:81/a/b").follow(location).url == url


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("http://example.com/", "example.com"),
        ("http://example.com:443/", "example.com:443"),
        ("https://example.com:443/", "example.com"),
        ("http://[fe80::1%25lo]:8080/", "[fe80::1]:8080"),
    ],
)
def test_the_host_header_names_host_and_unusual_port(url: str, header: str) -> None:
    assert target_of(url).host_header == header


@pytest.mark.parametrize("location", ["http://[::1", "http://[127.0.0.1]/", "mailto:a@example.com"])
def test_a_redirect_that_cannot_be_read_is_refused_for_good(location: str) -> None:
    with pytest.raises(Failed) as refused:
        target_of("http://example.com/").follow(location)

    assert (refused.value.final, refused.value.code) == (True, "BAD_ADDRESS")
