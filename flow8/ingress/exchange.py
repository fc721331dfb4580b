"""What goes through a channel: a request as it came in, the answer as it goes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from flow8.engine.start import Outcome, StartRequest
from flow8.store.flows import FlowRecord

SESSION_COOKIE: Final = "sid"
"""The cookie of people who are signed in. Browsers send it to every port; no flow may see or set it."""


@dataclass(frozen=True)
class Inbound:
    """A request. `path` is percent-encoded, `query` raw, the names of `headers` are in small letters."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    ip: str

    def with_body(self, body: bytes) -> "Inbound":
        """The same request with its body read."""
        return replace(self, body=body)


@dataclass(frozen=True)
class Answer:
    """An answer, whole. Values of headers hold only characters that ISO 8859-1 has."""

    status: int
    headers: dict[str, str]
    body: bytes
    error: str | None = None
    """The code of a refusal."""


Submit = Callable[[StartRequest, float], Outcome]
"""How this door plays a flow while the caller waits for so many seconds."""

FindFlow = Callable[[str, str], FlowRecord | None]
"""The flow of a company and an id, as this door knows it."""
