"""Changes of what is stored, numbered; each is done once, forward only, while flow8 may run."""

from typing import Final

from flow8.store.migrations import m0001_drop_unused_indexes, m0002_drop_index_of_ends
from flow8.store.migrations.run import Migration, head, migrate, pending

MIGRATIONS: Final = (
    Migration(1, "drop indexes that nothing uses", m0001_drop_unused_indexes.step),
    Migration(2, "drop the index that ended_of_flow takes the place of", m0002_drop_index_of_ends.step),
)
"""Every migration there ever was, in its order. A new one goes to the end; none is changed or removed."""

__all__ = ["MIGRATIONS", "Migration", "head", "migrate", "pending"]
