"""Whether a browser was sent here by a page of ours. Origins are compared with their ports.

Cookies ignore ports: a page on a channel's port of this very host gets our cookie sent along. Only
`Sec-Fetch-Site` and `Origin`, which no page can forge, tell it from our own.
"""

from typing import Final
from urllib.parse import urlsplit

from flask import request

from flow8.errors import Denied
from web import asked

CROSS_SITE: Final = "CROSS_SITE"
HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def must_be_ours(*, cookie: bool) -> None:
    """Go on only when no page of somebody else's sent this request that may change something.

    With a session's `cookie` the browser has to say so; without one, silence is fine (a program asks).

    Raises:
        Denied: CROSS_SITE.
    """
    if request.method in HARMLESS:
        return
    verdict = _verdict()
    if verdict is False or (cookie and verdict is None):
        raise Denied(
            "This request did not come from a page of flow8; set PUBLIC_URL to the address in your browser.",
            code=CROSS_SITE,
        )


def socket_must_be_ours(*, cookie: bool) -> None:
    """The same for a WebSocket, which browsers open to any host with its cookies and always name the page.

    Raises:
        Denied: CROSS_SITE.
    """
    origin = request.headers.get("Origin")
    if (origin is None and cookie) or (origin is not None and normal(origin) not in ours()):
        raise Denied(
            "No page of flow8 opened this WebSocket; set PUBLIC_URL to the address in your browser.",
            code=CROSS_SITE,
        )


def _verdict() -> bool | None:
    """Whether a page of ours sent the request; None when the browser does not say."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return None if origin is None else normal(origin) in ours()


def ours() -> frozenset[str]:
    """The origins of our own pages: PUBLIC_URL's, and the address this request was sent to."""
    host = request.host
    # Behind a proxy that ends TLS we see plain HTTP where the browser sees HTTPS.
    addresses = (asked.settings().public_url, f"{request.scheme}://{host}", f"https://{host}")
    return frozenset(found for found in map(normal, addresses) if found)


def normal(address: str) -> str | None:
    """`scheme://host:port` of an address, its port always named; None for what is none, as `null`."""
    try:
        parts = urlsplit(address)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    if not parts.hostname or port is None:
        return None
    return f"{parts.scheme}://{parts.hostname}:{port}"
