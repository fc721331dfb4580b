"""Which addresses are public."""

from ipaddress import ip_address, ip_network

import pytest

from flow8.kit.outbound.addresses import address_of, inner_address, is_public, may_reach

REFUSED = [
    "0.0.0.0",  # noqa: S104 - an address to refuse, not to bind
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "::ffff:168.63.129.16",
    "64:ff9b::a83f:8110",
    "2002:a83f:8110::",
]

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "168.63.129.15",
    "223.255.255.254",
    "2606:2800:220:1:248:1893:25c8:1946",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]


@pytest.mark.parametrize("text", REFUSED)
def test_addresses_that_are_not_for_everyone_are_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_addresses_of_the_internet_are_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("64:ff9b::a01:203", "10.1.2.3"),
        ("2002:a01:203::5", "10.1.2.3"),
        ("2001:0:4136:e378:8000:63bf:f5fe:fdfc", "10.1.2.3"),
        ("::a01:203", "10.1.2.3"),
        ("::1", "::1"),
        ("2606:2800::1", "2606:2800::1"),
        ("10.1.2.3", "10.1.2.3"),
    ],
)
def test_an_address_that_stands_for_another_is_unwrapped(text: str, inner: str) -> None:
    assert inner_address(ip_address(text)) == ip_address(inner)


def test_a_listed_network_may_be_reached_and_its_neighbour_may_not() -> None:
    allow = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]

    reached = [may_reach(ip_address(text), allow) for text in ("10.1.2.3", "10.2.0.1", "fd12::1", "fe80::1")]

    assert reached == [True, False, True, False]


def test_a_listed_network_may_be_reached_through_an_address_that_stands_for_it() -> None:
    allow = [ip_network("10.1.0.0/16")]

    assert may_reach(ip_address("::ffff:10.1.2.3"), allow)
    assert not may_reach(ip_address("::ffff:10.2.2.3"), allow)


def test_the_zone_of_an_address_is_left_out() -> None:
    assert address_of("fe80::1%eth0") == ip_address("fe80::1")
