"""The links that a company's flowlets name: each opened when a module asks for it, under the play's veil."""

import base64
from collections.abc import Callable, Mapping
from typing import Final

from config.redaction import register
from flow8.domain.links import LinkKind
from flow8.domain.veil import Veil
from flow8.engine.in_words import told_to_modules
from flow8.kit.errors import Failed
from flow8.kit.link import Link
from flow8.store import Store
from flow8.store.links import LinkRecord
from flow8.vault import Vault
from flow8.vault.credentials import open_secret


class Links:
    """Hands out credentials."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def get(self, company_id: str, service: str, name: str, veil: Veil) -> Link:
        """The link of an id or name; what is secret of it goes under the veil.

        Raises:
            Failed: there is none of this service, or it cannot be opened.
        """
        with told_to_modules():
            record = self._store.links.find(company_id, name)
            if record is None or record.service != service:
                message = f"There is no link '{name}' for {service}; make it, or name another one."
                raise Failed(message, final=True, code="NO_LINK")
            secret = open_secret(self._vault, record)
        register(secret)
        headers = HEADERS[LinkKind(record.kind)](record, secret)
        veil.add([secret, *headers.values()])
        return Link(service, record.hosts, headers)


def _basic(link: LinkRecord, secret: str) -> dict[str, str]:
    pair = f"{link.user or ''}:{secret}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _bearer(_link: LinkRecord, secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def _key(link: LinkRecord, secret: str) -> dict[str, str]:
    return {link.header or "X-API-Key": secret}


HEADERS: Final[Mapping[LinkKind, Callable[[LinkRecord, str], dict[str, str]]]] = {
    LinkKind.BASIC: _basic,
    LinkKind.BEARER: _bearer,
    LinkKind.KEY: _key,
}
"""How each kind of link stands in a request."""
