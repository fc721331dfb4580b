"""HTTP.

Speaks HTTP and HTTPS to public addresses, and to the networks that OUTBOUND_ALLOW lists. The decision is made
on the address that is connected, so no name, spelling, redirect or second look-up leads anywhere else.
"""

import ssl
from collections.abc import Mapping

from pydantic import field_validator

from flow8.kit import Fields, RequestResponse, Surroundings, component, field
from flow8.kit.outbound import HttpClient, Resolve, system_resolve


class Config(Fields):
    """How requests present themselves, and whom they trust."""

    user_agent: str = field("The User-Agent that is sent when a flow sets none.", "flow8", max_length=200)
    authorities: str = field("Certificates (PEM) of authorities to trust besides the system's own.", "")

    @field_validator("authorities")
    @classmethod
    def _readable(cls, text: str) -> str:
        if text:
            try:
                ssl.create_default_context(cadata=text)
            except (ssl.SSLError, ValueError) as error:
                raise ValueError("is not a list of PEM certificates") from error
        return text


class Http:
    """Kind `request` over the kit's own client; answers are asked for uncompressed."""

    def __init__(
        self, config: Config, surroundings: Surroundings, *, resolve: Resolve = system_resolve
    ) -> None:
        self._client = HttpClient(
            surroundings.outbound_allow, resolve=resolve, authorities=config.authorities
        )
        self._own = {"User-Agent": config.user_agent, "Accept": "*/*", "Accept-Encoding": "identity"}

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        seconds: float,
        follow_redirects: bool,
        max_bytes: int,
    ) -> RequestResponse:
        """Send and read the whole answer within `seconds`.

        Raises:
            Failed: no answer, not an address that may be reached, or an answer over `max_bytes`.
        """
        given = {name.lower() for name in headers}
        own = {name: value for name, value in self._own.items() if name.lower() not in given}
        return self._client.send(
            method,
            url,
            headers={**own, **headers},
            body=body,
            seconds=seconds,
            follow_redirects=follow_redirects,
            max_bytes=max_bytes,
        )

    def check(self, *, seconds: float) -> str:
        """There is nobody in particular to ask: each request names its own server."""
        del seconds
        return "It is ready; it connects to nobody before a flow asks it to."


http = component(kind="request", config=Config)(Http)
