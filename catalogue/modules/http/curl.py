"""HTTP request.

Calls a web address and gives back what it answered. A status such as 404 is an answer, not a failure: look
at `status`. Addresses that are not public are refused unless OUTBOUND_ALLOW lists them. GET, HEAD and OPTIONS
count as reading; every other method is a write and carries an Idempotency-Key that stays the same on retries.
A link of the type `http` (`linkIdsByType`) adds its credential, to the hosts only that the link is for.
"""

import base64
import codecs
import contextlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BeforeValidator

from flow8.kit import (
    Context,
    Effect,
    Example,
    Failed,
    Fields,
    Headers,
    Link,
    RequestResponse,
    as_text,
    field,
    from_json,
    module,
)

MAX_BYTES = 10 * 1024 * 1024
READING = frozenset({"GET", "HEAD", "OPTIONS"})
TEXTUAL = ("text/", "application/xml", "application/javascript", "application/x-www-form-urlencoded")
CHARSETS = ("utf-8", "utf-16", "ascii", "iso8859", "cp125", "koi8", "shift_jis", "euc", "gb", "big5")
"""Charsets of text; Python knows others that are not, and some that take for ever."""

Method = Annotated[
    Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value),
]


class Args(Fields):
    """The request."""

    method: Method = field("The HTTP method.", "GET")
    url: str = field("The address, starting with http:// or https://.", min_length=1, max_length=16_384)
    headers: Headers = field("Headers of the request, by name.", factory=dict)
    query: dict[str, Any] = field(
        "Parameters put behind the address; a list repeats its name, null leaves it out.", factory=dict
    )
    body: Any = field("Text is sent as it is, any other value as JSON; null sends nothing.", None)
    timeout_seconds: float = field("How long the whole exchange may take.", 30.0, gt=0, le=3600)
    follow_redirects: bool = field("Follow up to 10 redirects, each checked like the first address.", False)


class Out(Fields):
    """The answer."""

    status: int = field("The HTTP status.")
    headers: dict[str, str] = field("Headers of the answer, names in lower case.")
    body: Any = field("JSON as its value, text as text, other content as Base64; see `bodyType`.")
    body_type: Literal["json", "text", "base64"] = field("What `body` is.")
    url: str = field("The address that answered, after redirects.")


def effect_of(args: Args) -> Effect:
    """Reading methods read; the others write."""
    return Effect.READ if args.method in READING else Effect.WRITE


@module(
    Example(
        "Read JSON",
        {"url": "https://api.example.com/orders/7", "query": {"fields": ["id", "total"]}},
        {
            "status": 200,
            "headers": {"content-type": "application/json"},
            "body": {"id": 7, "total": 129.5},
            "bodyType": "json",
            "url": "https://api.example.com/orders/7?fields=id&fields=total",
        },
        calls=(
            {
                "url": "https://api.example.com/orders/7?fields=id&fields=total",
                "body": {"id": 7, "total": 129.5},
            },
        ),
    ),
    Example(
        "Send JSON; a refusal is an answer too",
        {"method": "POST", "url": "https://api.example.com/orders", "body": {"id": 7}},
        {
            "status": 409,
            "headers": {"content-type": "text/plain"},
            "body": "exists",
            "bodyType": "text",
            "url": "https://api.example.com/orders",
        },
        calls=(
            {
                "method": "POST",
                "url": "https://api.example.com/orders",
                "status": 409,
                "headers": {"Content-Type": "text/plain"},
                "body": "exists",
            },
        ),
    ),
    needs=("request",),
    effect=effect_of,
    links=("http",),
)
def curl(args: Args, ctx: Context) -> Out:
    """One exchange, redirects included."""
    content_type, body = _body(args.body)
    address, link = _address(args.url, args.query), ctx.link("http")
    answer = ctx.request.send(
        args.method,
        address,
        headers=_signed(_headers(args, content_type, ctx.key), link, address),
        body=body,
        seconds=min(args.timeout_seconds, ctx.seconds_left()),
        follow_redirects=args.follow_redirects,
        max_bytes=MAX_BYTES,
    )
    kind, value = _value(answer)
    return Out(status=answer.status, headers=dict(answer.headers), body=value, body_type=kind, url=answer.url)


def _address(url: str, query: Mapping[str, Any]) -> str:
    pairs = [(name, each) for name, value in query.items() for each in _each(value)]
    if not pairs:
        return url
    address = url.partition("#")[0]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(pairs)}"


def _each(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [as_text(each) for each in values if each is not None]


def _body(value: Any) -> tuple[str | None, bytes | None]:
    if value is None:
        return None, None
    if isinstance(value, str):
        return "text/plain; charset=utf-8", _bytes(value)
    return "application/json", json.dumps(value).encode()


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Failed("The body holds half a character, which cannot be sent", final=True) from error


def _headers(args: Args, content_type: str | None, key: str) -> dict[str, str]:
    given = {name.lower() for name in args.headers}
    headers = dict(args.headers)
    if content_type and "content-type" not in given:
        headers["Content-Type"] = content_type
    if args.method not in READING and "idempotency-key" not in given:
        headers["Idempotency-Key"] = key
    return headers


def _signed(headers: Mapping[str, str], link: Link | None, address: str) -> Mapping[str, str]:
    """The headers with those of the link; what the flow gave under the same names gives way."""
    if link is None:
        return headers
    own = link.headers_for(address)
    names = {name.lower() for name in own}
    return {**{name: value for name, value in headers.items() if name.lower() not in names}, **own}


def _value(answer: RequestResponse) -> tuple[Literal["json", "text", "base64"], Any]:
    kind, _, parameters = answer.headers.get("content-type", "").lower().partition(";")
    kind, charset = kind.strip(), parameters.partition("charset=")[2].strip(' "')
    if kind == "application/json" or kind.endswith("+json"):
        try:
            return "json", from_json(answer.body) if answer.body.strip() else None
        except ValueError:
            # It calls itself JSON and is not; what it sent is still worth seeing.
            return _text(answer.body, "utf-8")
    if not kind or kind.startswith(TEXTUAL) or kind.endswith("+xml") or charset:
        return _text(answer.body, charset or "utf-8")
    return "base64", base64.b64encode(answer.body).decode()


def _text(body: bytes, charset: str) -> tuple[Literal["text", "base64"], str]:
    # Bytes that their own charset cannot read are handed on as bytes.
    with contextlib.suppress(LookupError, UnicodeError):
        if codecs.lookup(charset).name.startswith(CHARSETS):
            return "text", body.decode(charset)
    return "base64", base64.b64encode(body).decode()
