"""KV as the expressions of one play see it: `$kv`, and the veil over every secret that it gave out."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from flow8.domain.expression import ExpressionError, Scope, Template
from flow8.domain.flow import Flow
from flow8.domain.kv import Ambiguous, Where, chosen, places_of, read_places
from flow8.domain.kv import Scope as KvScope
from flow8.domain.play import Play
from flow8.domain.veil import MASK, Veil
from flow8.errors import Flow8Error
from flow8.store import Store
from flow8.store.kv import KvEntry
from flow8.vault import Vault
from flow8.vault.kv import open_value

FRESH_SECONDS: Final = 0.5
"""What others wrote is seen within this time; what the play itself wrote, at once."""


@dataclass(frozen=True)
class Seen:
    """What an expression gave, and the same as it may be recorded: `***` when it read a secret."""

    value: Any
    shown: Any


@dataclass(frozen=True)
class _Read:
    at: float
    entry: KvEntry | None
    value: Any


class PlayKv(Mapping[str, Any]):
    """The root `$kv` of one play in one lease. An entry is read when an expression asks for it, never before.

    `veil` knows every secret that was read; nothing that the play records, tells or logs goes around it.
    """

    def __init__(self, store: Store, vault: Vault, play: Play, flow: Flow) -> None:
        self.veil = Veil()
        self.entries = store.kv
        self.vault = vault
        self.company_id = play.company_id
        self.by = f"play {play.id}"
        self._flows = store.flows
        self._flow_id = play.flow_id
        self._flow = flow
        self._kept: dict[str, _Read] = {}
        self._secrets_read = 0

    @cached_property
    def places(self) -> Mapping[KvScope, Where]:
        """Where the flow may write: its group is the one that it stands in when KV is first asked for."""
        return places_of(self._flow_id, self._flows.group_of(self.company_id, self._flow_id))

    def __getitem__(self, key: str) -> Any:
        try:
            found = self._read(key)
        except (Ambiguous, Flow8Error) as error:
            raise ExpressionError(f"this entry of KV cannot be read, since {error}") from error
        if found.entry is None:
            raise KeyError(key)
        if not found.entry.readable:
            self._secrets_read += 1
        return found.value

    def __iter__(self) -> Iterator[str]:
        """Nothing: entries are read by key, and a play never sees which others there are."""
        return iter(())

    def __len__(self) -> int:
        return 0

    def watch(self, template: Template, roots: Mapping[str, Any]) -> Seen:
        """What a template gives, to be shown as `***` if it read a secret; raises ExpressionError."""
        before = self._secrets_read
        value = template.evaluate(Scope(roots))
        return Seen(value, value if self._secrets_read == before else MASK)

    def find(self, key: str) -> KvEntry | None:
        """The entry of a key that this flow reads.

        Raises:
            Ambiguous: several scopes have one, and the flow's `kvConflict` is `fail`.
        """
        found = self.entries.of_key(self.company_id, key, read_places(self._flow, self.places))
        scope = chosen(found, self._flow.kv_conflict)
        return None if scope is None else found[scope]

    def forget(self, key: str) -> None:
        """Read an entry anew: this play changed it."""
        self._kept.pop(key, None)

    def _read(self, key: str) -> _Read:
        kept, now = self._kept.get(key), time.monotonic()
        if kept is None or now - kept.at > FRESH_SECONDS:
            entry = self.find(key)
            value = None if entry is None else open_value(self.vault, entry)
            if entry is not None and not entry.readable:
                self.veil.add(value)
            kept = self._kept[key] = _Read(now, entry, value)
        return kept
