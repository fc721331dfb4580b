"""What a running module may use: components, its deadline, its idempotency key, its log."""

from typing import Protocol

from flow8.kit.files import Files
from flow8.kit.kinds import Kv, Mail, Request, Storage
from flow8.kit.link import Link


class Context(Protocol):
    """The world as one flowlet's attempt sees it."""

    @property
    def request(self) -> Request:
        """Speaks HTTP to the outside (needs `request`)."""

    @property
    def storage(self) -> Storage:
        """Reads and writes files of the company (needs `storage`)."""

    @property
    def mail(self) -> Mail:
        """Sends mail (needs `mail`)."""

    @property
    def kv(self) -> Kv:
        """Reads and writes key-value entries of the company (needs `kv`)."""

    @property
    def files(self) -> Files:
        """Opens the file values of the play, and makes new ones (needs `files`)."""

    @property
    def key(self) -> str:
        """`playId/ref` or `playId/ref#index`, the same for every attempt.

        Send it where a provider takes an idempotency key.
        """

    def link(self, service: str) -> Link | None:
        """The credential that the flowlet names for a service of the module's `links`; None without one."""

    def seconds_left(self) -> float:
        """Seconds until the flowlet's timeout; zero or less when it has passed. Waits must end before it."""

    def log(self, message: str) -> None:
        """Write one line for people who look at the play."""
