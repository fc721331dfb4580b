"""The secrets of components and links, each sealed for its own record."""

from collections.abc import Mapping
from typing import Final

from flow8.domain.values import from_text, to_text
from flow8.store.components import ComponentRecord
from flow8.store.links import LinkRecord
from flow8.vault.place import Place
from flow8.vault.vault import Vault

OF_COMPONENT: Final = "secrets"
OF_LINK: Final = "secret"


def component_place(company_id: str, component_id: str) -> Place:
    """Where the secrets of a component belong."""
    return Place(company_id, component_id, OF_COMPONENT)


def link_place(company_id: str, link_id: str) -> Place:
    """Where the secret of a link belongs."""
    return Place(company_id, link_id, OF_LINK)


def seal_secrets(vault: Vault, company_id: str, component_id: str, secrets: Mapping[str, str]) -> str | None:
    """The secrets by name as their component keeps them; None when there are none.

    Raises:
        WrongKeys: this process cannot seal.
    """
    return vault.seal(component_place(company_id, component_id), to_text(dict(secrets))) if secrets else None


def open_secrets(vault: Vault, component: ComponentRecord) -> dict[str, str]:
    """The secrets of a component by name.

    Raises:
        CannotOpen: they were damaged or moved.
        WrongKeys: this process cannot open them.
    """
    if component.sealed is None:
        return {}
    found: dict[str, str] = from_text(
        vault.open(component_place(component.company_id, component.id), component.sealed)
    )
    return found


def seal_secret(vault: Vault, company_id: str, link_id: str, secret: str) -> str:
    """The secret as its link keeps it.

    Raises:
        WrongKeys: this process cannot seal.
    """
    return vault.seal(link_place(company_id, link_id), secret)


def open_secret(vault: Vault, link: LinkRecord) -> str:
    """The secret of a link.

    Raises:
        CannotOpen: it was damaged or moved.
        WrongKeys: this process cannot open it.
    """
    return vault.open(link_place(link.company_id, link.id), link.sealed)
