"""Which network addresses are public, judged on the address itself and never on how it was spelled."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network; 0.0.0.0 reaches the machine itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' shared space; some clouds serve metadata there
        "127.0.0.0/8",
        "168.63.129.16/32",  # looks public, but is the wire server of Azure's machines
        "169.254.0.0/16",  # link-local, the metadata services of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments, one cloud's metadata among them
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",
        "3fff::/20",
    )
)

GLOBAL_IPV6 = IPv6Network("2000::/3")
"""The only part of IPv6 that is handed out to the public."""

_IPV4_AT_END: tuple[IPv6Network, ...] = (
    IPv6Network("::/96"),  # the old compatible form
    IPv6Network("::ffff:0:0/96"),  # IPv4-mapped
    IPv6Network("::ffff:0:0:0/96"),  # translated by a stateless gateway
    IPv6Network("64:ff9b::/96"),  # NAT64
)
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")


def inner_address(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, when it stands for one; else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    value = int(address)
    if any(address in network for network in _IPV4_AT_END) and value > 1:
        return IPv4Address(value & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address(value >> 80 & 0xFFFFFFFF)
    return IPv4Address(~value & 0xFFFFFFFF) if address in _TEREDO else address


def is_public(address: Address) -> bool:
    """True for an address that anyone on the internet may reach."""
    inner = inner_address(address)
    if inner != address:
        return address not in _TEREDO and is_public(inner)
    if isinstance(address, IPv6Address) and address not in GLOBAL_IPV6:
        return False
    return address.is_global and not any(address in network for network in NOT_PUBLIC)


def may_reach(address: Address, allow: Sequence[Network]) -> bool:
    """True for public addresses and for those that a network lists, as they are or by what they stand for."""
    listed = {address, inner_address(address)}
    return is_public(address) or any(each in network for network in allow for each in listed)


def address_of(text: str) -> Address:
    """The address that a socket names; the zone of a link-local one is left out.

    Raises:
        ValueError: it is not an address.
    """
    return ip_address(text.partition("%")[0])
