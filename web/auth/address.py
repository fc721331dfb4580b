"""Where a request came from: the caller's address, which a proxy tells if it is one that we may trust."""

import ipaddress
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from config.kinds import Network

HEADER: Final = "X-Forwarded-For"

Address = IPv4Address | IPv6Address


def client_of(peer: str | None, forwarded: str, trusted: Iterable[Network]) -> str | None:
    """The nearest address that is not a trusted proxy's; `forwarded` is what X-Forwarded-For says.

    Each proxy appends who spoke to it, so the list is read from its end: what stands before the first address
    that nobody trusts was written by that very caller.
    """
    found, networks = peer, tuple(trusted)
    if not networks:
        return peer
    for said in reversed(forwarded.split(",")):
        if not _is_in(found, networks):
            break
        address = _address(said)
        if address is None:
            break
        found = str(address)
    return found


def _is_in(text: str | None, networks: Iterable[Network]) -> bool:
    address = None if text is None else _address(text)
    return address is not None and any(address in network for network in networks)


def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
