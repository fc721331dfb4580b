"""Values whose expressions read KV: in full for the module, and without secrets for the record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flow8.domain.expression import Scope, Template, compile_value
from flow8.domain.leaves import Leaf, at, leaves_reading, put
from flow8.domain.veil import MASK
from flow8.engine.kv import PlayKv, Seen

KV = "kv"


@dataclass(frozen=True)
class Veiled:
    """A value with expressions, some of which read KV. Those are worked out one by one, the rest together."""

    rest: Template
    leaves: tuple[Leaf, ...]

    def resolve(self, roots: Mapping[str, Any], kv: PlayKv) -> Seen:
        """The value now; raises ExpressionError."""
        rest = self.rest.evaluate(Scope(roots))
        return self._filled(Seen(rest, rest), self.leaves, roots, kv)

    def resolve_again(self, recorded: Any, roots: Mapping[str, Any], kv: PlayKv) -> Seen:
        """What was recorded, with the secrets as they are now; raises ExpressionError."""
        hidden = [leaf for leaf in self.leaves if at(recorded, leaf.path) == MASK]
        return self._filled(Seen(recorded, recorded), hidden, roots, kv)

    def _filled(self, start: Seen, leaves: Iterable[Leaf], roots: Mapping[str, Any], kv: PlayKv) -> Seen:
        value, shown = start.value, start.shown
        for leaf in leaves:
            found = kv.watch(leaf.template, roots)
            value, shown = put(value, leaf.path, found.value), put(shown, leaf.path, found.shown)
        return Seen(value, shown)


def veiled(value: Any, compiled: Template) -> Veiled | None:
    """What of a compiled value is to be veiled; None when nothing in it reads KV, as in most flows."""
    if KV not in compiled.roots:
        return None
    leaves = leaves_reading(value, KV)
    rest = value
    for leaf in leaves:
        rest = put(rest, leaf.path, None)
    return Veiled(compile_value(rest), leaves)
