"""Where a secret belongs, how it looks when it is sealed, and why it cannot be opened."""

import base64
import binascii
from dataclasses import dataclass
from typing import ClassVar, Final

from flow8.errors import Flow8Error, Unavailable

INSTALLATION: Final = "installation"
"""Stands for the company of what belongs to the installation as a whole, such as its settings."""
PREFIX: Final = "f8.1."
"""How every sealed text begins; the number is that of its form."""


@dataclass(frozen=True)
class Place:
    """Where a secret belongs; moved to any other company, record or field it cannot be opened."""

    company_id: str
    record: str
    field: str


class WrongKeys(Unavailable):
    """The encryption keys of this process do not open the secrets of this database."""

    code: ClassVar[str] = "WRONG_KEYS"


class CannotOpen(Flow8Error):
    """A secret cannot be opened: it was damaged, or moved from another place; set it anew."""

    code: ClassVar[str] = "SECRET_DAMAGED"


def is_sealed(text: str) -> bool:
    """Whether a text looks like one that the vault sealed."""
    return text.startswith(PREFIX)


def written(version: int, sealed: bytes) -> str:
    """What was sealed with a version of a data key, as text."""
    return f"{PREFIX}{version}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def read(text: str) -> tuple[int, bytes]:
    """The version of the data key, and what was sealed with it.

    Raises:
        CannotOpen: the vault never wrote this.
    """
    version, _, body = text.removeprefix(PREFIX).partition(".")
    if not is_sealed(text) or not (version.isascii() and version.isdigit()):
        raise CannotOpen
    try:
        return int(version), base64.urlsafe_b64decode(f"{body}{'=' * (-len(body) % 4)}")
    except (binascii.Error, ValueError):
        raise CannotOpen from None
