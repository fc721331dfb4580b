"""The kinds of components: what every provider of a kind can do. A provider that fails raises `Failed`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

KINDS: tuple[str, ...] = ("request", "storage", "mail")
"""Every kind that has components; each is a protocol below and an attribute of `Context`."""
OWN_KINDS: tuple[str, ...] = ("kv", "files")
"""What flow8 itself provides in the same way: there is nothing to choose or to configure."""


@dataclass(frozen=True)
class RequestResponse:
    """What a server answered: any status, headers with lower-case names, the whole body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    url: str = ""


class Request(Protocol):
    """Kind `request`: one HTTP exchange with a server outside."""

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


@dataclass(frozen=True)
class Stored:
    """A file that was written: its path, its size in bytes, the SHA-256 of its bytes in hex."""

    path: str
    size: int
    sha256: str


class Storage(Protocol):
    """Kind `storage`: files under relative paths with `/`.

    Nothing outside the company's root is ever reached; `flow8.kit.paths` holds the rule for names.
    """

    def read(self, path: str, *, max_bytes: int) -> bytes:
        """The bytes of a file.

        Raises:
            Failed: no such file, a path that leaves the root, or a file over `max_bytes`.
        """

    def write(self, path: str, data: bytes) -> Stored:
        """Write the whole file or nothing, replacing what was there, making folders as needed.

        Raises:
            Failed: a path that leaves the root, or a disk that refuses.
        """


@dataclass(frozen=True)
class Letter:
    """A mail to be sent. `key` names it: what is sent again under the same key has the same Message-ID.

    Addresses are those of `flow8.kit.mail.MailAddress`.
    """

    key: str
    to: tuple[str, ...]
    subject: str
    text: str = ""
    html: str | None = None
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Posted:
    """A letter that a server took: for whom, and of whom it wanted to know nothing, each with its reason."""

    message_id: str
    accepted: tuple[str, ...]
    refused: Mapping[str, str] = field(default_factory=dict)


class Mail(Protocol):
    """Kind `mail`: sends letters."""

    def send(self, letter: Letter, *, seconds: float) -> Posted:
        """Hand a letter over within `seconds`; at least one of its recipients was accepted.

        Raises:
            Failed: nobody gets it: for good when the server refuses it for good, or when nobody knows
                whether the server took it (`OUTCOME_UNKNOWN`).
        """


@dataclass(frozen=True)
class KvValue:
    """A value as it is kept, and how often it was written: 1 for one that was never changed."""

    value: Any
    rev: int


class Kv(Protocol):
    """Kind `kv`: the company's key-value entries, in the scopes `global`, `flow_group` and `flow`."""

    def get(self, key: str, *, scope: str | None = None) -> KvValue | None:
        """A readable entry; without `scope` the one that `$kv.<key>` would read. None when there is none.

        Raises:
            Failed: the entry is secret, or cannot be read.
        """

    def set(
        self, key: str, value: Any, *, scope: str = "flow", secret: bool = False, if_rev: int | None = None
    ) -> int:
        """Write an entry and answer its `rev`; with `if_rev` only if it is at that one, 0 being not there.

        An entry that is secret stays so. The same flowlet writes once, however often it is tried.

        Raises:
            Failed: the value cannot be kept, or the entry is not at `if_rev`.
        """

    def delete(self, key: str, *, scope: str = "flow") -> bool:
        """Remove an entry; False when there was none.

        Raises:
            Failed: KV cannot be reached.
        """
