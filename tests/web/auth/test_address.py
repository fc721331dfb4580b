"""Whose address counts behind proxies."""

import ipaddress

import pytest

from web.auth.address import client_of

TRUSTED = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7, 10.9.9.9", "198.51.100.7"),
        ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("fd00::1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, nonsense", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        (None, "198.51.100.7", None),
    ],
)
def test_only_a_trusted_proxy_is_believed_and_only_its_own_word(
    peer: str | None, forwarded: str, expected: str | None
) -> None:
    assert client_of(peer, forwarded, TRUSTED) == expected


def test_nobody_is_trusted_who_was_not_named() -> None:
    assert client_of("127.0.0.1", "198.51.100.7", ()) == "127.0.0.1"
