"""What goes through a channel: a request as it came in, the answer as it goes out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flow8.engine.start import Outcome, StartRequest
from flow8.files import Opened
from flow8.store.flows import FlowRecord

SESSION_COOKIE: Final = "sid"
"""The cookie of people who are signed in. Browsers send it to every port; no flow may see or set it."""
TRIP_COOKIE: Final = "sso"
"""The cookie of a browser that is on its way to Microsoft and back; for it holds the same."""
OUR_COOKIES: Final = frozenset({SESSION_COOKIE, TRIP_COOKIE})


@dataclass(frozen=True)
class Content:
    """What a body says: fields or one value; `is_text` when the fields hold text only and want a type.

    `files` are the ids of those that came with it.
    """

    value: Any = None
    is_there: bool = False
    is_text: bool = False
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inbound:
    """A request. `path` is percent-encoded, `query` raw, the names of `headers` are in small letters.

    A body that holds files is no text here: it was read while it arrived, into `content`.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    ip: str
    content: Content | None = None

    def with_body(self, body: bytes) -> "Inbound":
        """The same request with its body read."""
        return replace(self, body=body)

    def with_content(self, content: Content) -> "Inbound":
        """The same request, of whose body only this is left."""
        return replace(self, content=content)


@dataclass(frozen=True)
class Answer:
    """An answer, whole, or with a `file` as its body. Values of headers hold only what ISO 8859-1 has."""

    status: int
    headers: dict[str, str]
    body: bytes
    error: str | None = None
    """The code of a refusal."""
    file: Opened | None = None

    @property
    def length(self) -> int:
        """How many bytes its body has."""
        return len(self.body) if self.file is None else self.file.record.size

    def pieces(self) -> Iterator[bytes]:
        """What follows the head and `body`: the file, piece by piece."""
        if self.file is not None:
            yield from self.file.pieces()

    def close(self) -> None:
        """Close the file, whether it was sent or not."""
        if self.file is not None:
            self.file.close()


Submit = Callable[[StartRequest, float], Outcome]
"""How this door plays a flow while the caller waits for so many seconds."""

FindFlow = Callable[[str, str], FlowRecord | None]
"""The flow of a company and an id, as this door knows it."""
