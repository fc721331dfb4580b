"""How a collection hands out the texts that the vault sealed, to be sealed anew with another key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Sealed:
    """A sealed text and the record that holds it."""

    record: str
    text: str


class Holder(Protocol):
    """A collection with sealed texts, each in the same field of its record."""

    def sealed(self, company_id: str) -> Iterator[Sealed]:
        """Every sealed text of a company."""

    def reseal(self, company_id: str, old: Sealed, text: str) -> None:
        """Put the same secret, sealed anew, in the place of a text that is still there."""
