"""The components that a company's flowlets speak through, opened on first use."""

import threading
from typing import Any

from config.settings import Settings
from flow8.kit.component import Surroundings
from flow8.kit.errors import Failed
from flow8.registry import Registry
from flow8.store import Store


class Components:
    """Hands out the default component of a kind for a company; each is opened once for each process."""

    def __init__(self, settings: Settings, store: Store, registry: Registry) -> None:
        self._settings = settings
        self._store = store
        self._registry = registry
        self._open: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def get(self, company_id: str, kind: str) -> Any:
        """The open default component.

        Raises:
            Failed: the installation has no provider of that kind; the message says which setting to change.
        """
        key = (company_id, kind)
        found = self._open.get(key)
        if found is None:
            opened = self._open_default(company_id, kind)
            with self._lock:
                found = self._open.setdefault(key, opened)
        return found

    def _open_default(self, company_id: str, kind: str) -> Any:
        name = self._default_name(kind)
        component = self._registry.components.get((kind, name))
        if component is None:
            known = sorted(found for of_kind, found in self._registry.components if of_kind == kind)
            setting = f"DEFAULT_{kind.upper()}_COMPONENT"
            raise Failed(f"{setting} names '{name}'; this installation has: {', '.join(known)}.", final=True)
        return component.open(component.config(), self._surroundings(company_id))

    def _default_name(self, kind: str) -> str:
        chosen = {
            "storage": self._settings.default_storage_component or "local",
            "request": self._settings.default_request_component or "http",
        }
        return chosen.get(kind, "")

    def _surroundings(self, company_id: str) -> Surroundings:
        company = self._store.companies.get(company_id)
        if company is None:
            raise Failed("The company of this play is gone.", final=True)
        files = self._settings.data_dir / "data" / "flows" / company.slug
        return Surroundings(files=files, outbound_allow=tuple(self._settings.outbound_allow))
