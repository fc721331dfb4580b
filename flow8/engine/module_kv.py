"""KV as the modules of one play use it: read and write by key and scope, with compare-and-set."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from flow8.clock import utc_now
from flow8.domain.kv import Ambiguous, Scope, Where, entry_problems
from flow8.engine.in_words import told_to_modules
from flow8.engine.kv import PlayKv
from flow8.errors import Conflict
from flow8.ids import new_id
from flow8.kit.errors import Failed
from flow8.kit.kinds import KvValue
from flow8.store.kv import KvEntry
from flow8.vault.kv import open_value, seal_value

TRIES: Final = 20


class ModuleKv:
    """KV as one attempt of one flowlet uses it; it is the `Kv` of the kit. `key` is the flowlet's own."""

    def __init__(self, play: PlayKv, key: str) -> None:
        self._play = play
        self._key = key

    def get(self, key: str, *, scope: str | None = None) -> KvValue | None:
        """A readable entry.

        Raises:
            Failed: it is secret, or cannot be read.
        """
        with _told():
            entry = self._play.find(key) if scope is None else self._at(key, scope)
            if entry is None:
                return None
            if not entry.readable:
                message = f"'{key}' is secret; write {{{{ $kv.{key} }}}} into the field that needs it."
                raise Failed(message, final=True, code="KV_SECRET")
            return KvValue(open_value(self._play.vault, entry), entry.rev)

    def set(
        self, key: str, value: Any, *, scope: str = "flow", secret: bool = False, if_rev: int | None = None
    ) -> int:
        """Write an entry.

        Raises:
            Failed: the value cannot be kept, or the entry is not of `if_rev`.
        """
        where = self._where(scope)
        with _told():
            for _ in range(TRIES):
                entry = self._play.entries.at(self._play.company_id, key, where)
                if entry is not None and entry.write_key == self._key:
                    return entry.rev  # an earlier attempt of this flowlet wrote it, and died or was repeated
                _must_be(if_rev, 0 if entry is None else entry.rev, key)
                written = self._write(entry, key, value, where, secret=secret, any_rev=if_rev is None)
                if written is not None:
                    self._play.forget(key)
                    return written.rev
        raise Failed(f"'{key}' is being changed by others all the time.", code="KV_BUSY")

    def delete(self, key: str, *, scope: str = "flow") -> bool:
        """Remove an entry.

        Raises:
            Failed: KV cannot be reached.
        """
        with _told():
            entry = self._at(key, scope)
            self._play.forget(key)
            return entry is not None and self._play.entries.remove(self._play.company_id, entry.id)

    def _write(
        self, old: KvEntry | None, key: str, value: Any, where: Where, *, secret: bool, any_rev: bool
    ) -> KvEntry | None:
        """The entry as it is now; None when somebody else was faster."""
        readable = not secret and (old is None or old.readable)
        if problems := entry_problems(key, value, readable=readable):
            raise Failed("; ".join(map(str, problems)), final=True, code="BAD_ARGS")
        entry_id = new_id() if old is None else old.id
        sealed = seal_value(self._play.vault, self._play.company_id, entry_id, value)
        entries, by = self._play.entries, self._play.by
        if old is not None:
            new = replace(old, sealed=sealed, readable=readable, updated_by=by, write_key=self._key)
            return entries.change(old, new, any_rev=any_rev)
        entry = KvEntry(
            id=entry_id,
            company_id=self._play.company_id,
            scope=where[0],
            scope_id=where[1],
            key=key,
            sealed=sealed,
            readable=readable,
            updated_at=utc_now(),
            updated_by=by,
            write_key=self._key,
        )
        try:
            entries.create(entry)
        except Conflict:
            return None
        return entry

    def _at(self, key: str, scope: str) -> KvEntry | None:
        return self._play.entries.at(self._play.company_id, key, self._where(scope))

    def _where(self, scope: str) -> Where:
        where = self._play.places.get(Scope(scope))
        if where is None:
            raise Failed(
                f"This flow belongs to no group, so it has no entries of the scope {scope}.",
                final=True,
                code="NO_GROUP",
            )
        return where


def _must_be(wanted: int | None, rev: int, key: str) -> None:
    if wanted is not None and wanted != rev:
        message = f"'{key}' is at rev {rev}, not {wanted}; read it again and decide anew."
        raise Failed(message, final=True, code="KV_CHANGED")


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong with KV, in a module's words."""
    try:
        with told_to_modules():
            yield
    except Ambiguous as several:
        raise Failed(str(several), final=True, code="KV_AMBIGUOUS") from several
