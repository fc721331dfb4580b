"""Payloads and iterations whose play is not there: what is left of plays that a process died about to accept.

Also a worker that lost its play to retention may still write some. Each clean-up looks at a few, round and
round; what is young may belong to a play that is being accepted just now, and stays.
"""

from typing import Final

from flow8.engine.engine import Engine
from flow8.ids import id_at

ROWS_AT_ONCE: Final = 10_000
YOUNG_SECONDS: Final = 3600.0


class Strays:
    """How far this process has looked through each collection."""

    def __init__(self) -> None:
        self._places = {"payloads": "", "iterations": ""}

    def remove(self, engine: Engine) -> int:
        """Look on, and remove what belongs to no play; how many documents that were."""
        before = id_at(engine.store.clock.now().timestamp() - YOUNG_SECONDS)
        return sum(self._remove_of(engine, name, before) for name in self._places)

    def _remove_of(self, engine: Engine, name: str, before: str) -> int:
        rows = engine.store.payloads if name == "payloads" else engine.store.iterations
        plays, count = rows.plays_behind(self._places[name], before, ROWS_AT_ONCE)
        self._places[name] = max(plays) if count == ROWS_AT_ONCE else ""
        strays = engine.store.aged_plays.not_there(plays)
        return rows.remove_of(strays) if strays else 0
