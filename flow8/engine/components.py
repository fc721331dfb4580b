"""The components that a company's flowlets speak through, opened on first use and anew when they change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from config.redaction import register
from config.settings import Settings
from flow8.engine.fresh import Fresh
from flow8.engine.in_words import told_to_modules
from flow8.kit.binding import form_problems
from flow8.kit.component import Component, Surroundings
from flow8.kit.errors import Failed
from flow8.registry import Registry
from flow8.store import Store
from flow8.store.components import ComponentRecord
from flow8.vault import Vault
from flow8.vault.credentials import open_secrets

FALLBACKS: Final[Mapping[str, str]] = {"storage": "local", "request": "http"}
"""The providers of kinds that need no configuration: what a company has that chose nothing."""


@dataclass(frozen=True)
class OpenComponent:
    """A component that is ready, and what of it nobody may see."""

    value: Any
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Chosen:
    record: ComponentRecord | None


class Components:
    """Hands out the components of companies; each is opened once for each process and configuration."""

    def __init__(self, settings: Settings, store: Store, registry: Registry, vault: Vault) -> None:
        self._settings = settings
        self._store = store
        self._registry = registry
        self._vault = vault
        self._fresh = Fresh()
        self._open: dict[tuple[str, str, str], tuple[int, OpenComponent]] = {}

    def get(self, company_id: str, kind: str, name: str | None = None) -> OpenComponent:
        """The component of an id or name, or else the default of its kind.

        Raises:
            Failed: there is none, or it cannot be opened; says what to do.
        """
        with told_to_modules():
            record = self._chosen(company_id, kind, name)
            key, rev = (company_id, kind, record.id if record else ""), record.rev if record else 0
            known = self._open.get(key)
            if known is None or known[0] != rev:
                opened = self.open(record) if record else self._open_fallback(company_id, kind)
                # Two that open the same at once have two of them for a moment, which does no harm.
                known = self._open[key] = (rev, opened)
            return known[1]

    def has(self, company_id: str, kind: str) -> bool:
        """Whether the company has a default of this kind."""
        return self._chosen(company_id, kind, None) is not None or bool(self._fallback(kind))

    def open(self, record: ComponentRecord) -> OpenComponent:
        """A component, opened as it is configured.

        Raises:
            Failed: its provider is gone, or does not take its configuration any more.
            WrongKeys, CannotOpen: its secrets cannot be opened.
        """
        component = self._registry.components.get((record.kind, record.provider))
        if component is None:
            raise Failed(
                f"The component '{record.name}' needs the provider '{record.provider}', which is not here.",
                final=True,
                code="NO_COMPONENT",
            )
        secrets = open_secrets(self._vault, record)
        for secret in secrets.values():
            register(secret)
        value = self._with_config(component, record.company_id, {**record.config, **secrets})
        return OpenComponent(value, tuple(secrets.values()))

    def forget(self) -> None:
        """Look anew at what companies have: this process changed something."""
        self._fresh.forget()

    def _chosen(self, company_id: str, kind: str, name: str | None) -> ComponentRecord | None:
        records = self._store.components
        if name is None:
            found = self._fresh.get((company_id, kind), lambda: _Chosen(records.default(company_id, kind)))
            return found.record if found else None
        named = self._fresh.get((company_id, kind, name), lambda: records.find(company_id, name))
        if named is None or named.kind != kind:
            raise Failed(
                f"There is no {kind} component '{name}'; make it, or name another one.",
                final=True,
                code="NO_COMPONENT",
            )
        return named

    def _open_fallback(self, company_id: str, kind: str) -> OpenComponent:
        name = self._fallback(kind)
        component = self._registry.components.get((kind, name))
        if component is None:
            raise Failed(self._missing(kind, name), final=True, code="NO_COMPONENT")
        return OpenComponent(self._with_config(component, company_id, {}))

    def _missing(self, kind: str, name: str) -> str:
        if not name:
            return f"This company has no {kind} component; an administrator makes one (see components)."
        known = sorted(found for of_kind, found in self._registry.components if of_kind == kind)
        setting = f"DEFAULT_{kind.upper()}_COMPONENT"
        return f"{setting} names '{name}'; this installation has: {', '.join(known)}."

    def _fallback(self, kind: str) -> str:
        """The provider that is opened without a configuration; empty for kinds that need one."""
        given: str | None = getattr(self._settings, f"default_{kind}_component", None)
        return given or FALLBACKS.get(kind, "")

    def _with_config(self, component: Component, company_id: str, config: dict[str, Any]) -> Any:
        if problems := form_problems(component.config, config, "config"):
            told = "; ".join(map(str, problems))
            raise Failed(f"The component is not configured right: {told}", final=True, code="NO_COMPONENT")
        form = component.config.model_validate(config, by_alias=True, by_name=False)
        return component.open(form, self._surroundings(company_id))

    def _surroundings(self, company_id: str) -> Surroundings:
        company = self._store.companies.get(company_id)
        if company is None:
            raise Failed("The company of this play is gone.", final=True)
        files = self._settings.data_dir / "data" / "flows" / company.slug
        return Surroundings(files=files, outbound_allow=tuple(self._settings.outbound_allow))
