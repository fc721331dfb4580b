"""By which names flow8 may be asked: a page of somebody else's, whose name leads here, gets no further."""

import ipaddress
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.sansio.utils import host_is_trusted

from flow8.errors import Malformed
from web import asked, health

UNTRUSTED_HOST = "UNTRUSTED_HOST"


def register(app: Flask) -> None:
    """Answer requests to `app` only under its names, as TRUSTED_HOSTS tells them; health checks under any."""
    app.before_request(_must_be_trusted)


def _must_be_trusted() -> None:
    trusted, request = asked.settings().trusted_hosts, asked.current()
    if not trusted or request.blueprint == health.bp.name:
        return
    host = request.host
    if is_loopback(name_of(host)) or name_of(host) == urlsplit(asked.settings().public_url).hostname:
        return
    if not host_is_trusted(host, trusted):
        raise Malformed(
            "flow8 is not asked by this name; add it to TRUSTED_HOSTS if it should be.", code=UNTRUSTED_HOST
        )


def name_of(host: str) -> str:
    """The name in a Host header, without its port; empty when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_loopback(name: str) -> bool:
    """Whether a name means this very machine."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
