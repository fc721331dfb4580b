"""Rules between settings: defaults that follow from others, and values that do not go together."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from config.declare import Known, Rule
from config.sources import Problem

CALLBACK: Final = "/auth/callback"
SIGNS_OF_A_CONTAINER = ("/.dockerenv", "/run/.containerenv")

in_container = Rule(
    lambda _: str(any(Path(sign).exists() for sign in SIGNS_OF_A_CONTAINER)).lower(),
    "true when /.dockerenv or /run/.containerenv exists",
)
host = Rule(
    lambda known: "0.0.0.0" if known["flow8_in_container"] else "127.0.0.1",  # noqa: S104 - the container fences
    "127.0.0.1, inside a container 0.0.0.0",
    needs=("flow8_in_container",),
)
public_url = Rule(
    lambda known: f"http://localhost:{known['server_port']}", "http://localhost:SERVER_PORT", ("server_port",)
)
redirect_uri = Rule(
    lambda known: f"{known['public_url']}{CALLBACK}", "PUBLIC_URL/auth/callback", ("public_url",)
)
log_file = Rule(
    lambda known: str(known["data_dir"] / "logs" / "app.log"), "DATA_DIR/logs/app.log", ("data_dir",)
)
file_size = Rule(
    lambda known: str(known["max_request_size_mb"]), "MAX_REQUEST_SIZE_MB", ("max_request_size_mb",)
)
flows_cadence = Rule(
    lambda known: f"{int(known['retention_flows_cadence'].total_seconds())}s",
    "RETENTION_FLOWS_CADENCE",
    ("retention_flows_cadence",),
)


def crossed(known: Known) -> Iterator[Problem]:
    """The problems of settings that are right alone but not together; what `known` lacks is passed over."""
    yield from _ports(known)
    yield from _pairs(known)
    yield from _microsoft(known)
    if known.get("session_cookie_same_site") == "none" and known.get("session_cookie_secure") is False:
        message = "none needs SESSION_COOKIE_SECURE=true, or browsers drop the cookie; set that or use lax"
        yield Problem("SESSION_COOKIE_SAME_SITE", message)


def _ports(known: Known) -> Iterator[Problem]:
    server, mcp, channels = (
        known.get(name) for name in ("server_port", "mcp_server_port", "channel_port_range")
    )
    if server is not None and server == mcp and known.get("mcp_server_enabled"):
        yield Problem("MCP_SERVER_PORT", f"is {mcp}, which SERVER_PORT has already; choose another port")
    health = known.get("health_port")
    if health is not None and health in (server, mcp):
        yield Problem("HEALTH_PORT", f"is {health}, which another server of flow8 has; choose another port")
    for name, port in (("SERVER_PORT", server), ("MCP_SERVER_PORT", mcp), ("HEALTH_PORT", health)):
        if channels is not None and port in channels:
            yield Problem(name, f"is {port}, which lies inside CHANNEL_PORT_RANGE; choose another port")


def _pairs(known: Known) -> Iterator[Problem]:
    for one, other in (
        ("encryption_key", "encryption_key_salt"),
        ("encryption_key_salt", "encryption_key"),
        ("encryption_key_new", "encryption_key_salt_new"),
        ("encryption_key_salt_new", "encryption_key_new"),
        ("oauth2_client_id", "oauth2_client_secret"),
    ):
        if known.get(one) is not None and other in known and known[other] is None:
            yield Problem(other.upper(), f"is missing beside {one.upper()}; set it, or unset {one.upper()}")


def _microsoft(known: Known) -> Iterator[Problem]:
    if known.get("oauth2_client_id") is None:
        return
    address = known.get("oauth2_redirect_uri")
    if address is not None and not _leads_back(address):
        message = (
            f"must be an address of flow8 that ends with {CALLBACK}, as the Microsoft application names it"
        )
        yield Problem("OAUTH2_REDIRECT_URI", message)
    roles = known.get("oauth2_roles"), known.get("oauth2_default_role")
    if known.get("oauth2_create_users") and roles == ((), None):
        message = "makes users without a role; set OAUTH2_ROLES or OAUTH2_DEFAULT_ROLE"
        yield Problem("OAUTH2_CREATE_USERS", message)


def _leads_back(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path.endswith(CALLBACK) and not parts.query and not parts.fragment


def capped(known: Known) -> Mapping[str, Any]:
    """`known` with no more processes than GOMAXPROCS allows."""
    most = known["gomaxprocs"]
    if most is None:
        return known
    return {**known, **{name: min(known[name], most) for name in ("web_concurrency", "worker_processes")}}
