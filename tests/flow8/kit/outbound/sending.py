"""Sending a request in a test, most of it by default."""

import textwrap
from collections.abc import Mapping
from typing import Any

from flow8.kit import RequestResponse
from flow8.kit.outbound import HttpClient
from tests.flow8.kit.outbound.servers import LOOPBACK


def send(
    url: str,
    method: str = "GET",
    *,
    client: HttpClient | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    **more: Any,
) -> RequestResponse:
    settings = {"seconds": 10.0, "follow_redirects": False, "max_bytes": 1_000_000, **more}
    sender = client or HttpClient(LOOPBACK)
    return sender.send(method, url, headers=headers or {}, body=body, **settings)


def said(text: str) -> bytes:
    return textwrap.dedent(text).strip("\n").replace("\n", "\r\n").encode()
