"""What a flow sees of the request: `$request`, without anything that is ours or the connection's."""

from collections.abc import Mapping
from typing import Any, Final

from flow8.ingress.body import raw_text
from flow8.ingress.exchange import OUR_COOKIES, Content, Inbound

HOP_BY_HOP: Final = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te"}
    | {"trailer", "transfer-encoding", "upgrade"}
)
OURS: Final = frozenset({"authorization"})


def request_of(
    inbound: Inbound, content: Content, query: Mapping[str, Any], params: Mapping[str, str]
) -> dict[str, Any]:
    """The request as a JSON value."""
    return {
        "method": inbound.method,
        "path": inbound.path,
        "params": dict(params),
        "query": dict(query),
        "headers": visible_headers(inbound.headers),
        "body": content.value,
        "rawBody": raw_text(inbound),
        "ip": inbound.ip,
    }


def visible_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers without our cookies, without `Authorization`, without those of the connection."""
    named = {name.strip().lower() for name in headers.get("connection", "").split(",")}
    hidden = HOP_BY_HOP | OURS | named
    seen = {name: value for name, value in headers.items() if name not in hidden}
    if "cookie" in seen:
        seen["cookie"] = _other_cookies(seen["cookie"])
        if not seen["cookie"]:
            del seen["cookie"]
    return seen


def _other_cookies(header: str) -> str:
    pairs = [pair.strip() for pair in header.split(";")]
    return "; ".join(pair for pair in pairs if pair and cookie_name(pair) not in OUR_COOKIES)


def cookie_name(pair: str) -> str:
    """The name in `name=value`. For `=name=value` it is that name too, for some browsers take it so."""
    return pair.strip().lstrip("= \t").partition("=")[0].strip().lower()
