"""Changes of what is stored, numbered; each is done once, forward only, while flow8 may run."""

from typing import Final

from flow8.store.migrations import m0001_drop_unused_indexes
from flow8.store.migrations.run import Migration, head, migrate, pending

MIGRATIONS: Final = (Migration(1, "drop indexes that nothing uses", m0001_drop_unused_indexes.step),)
"""Every migration there ever was, in its order. A new one goes to the end; none is changed or removed."""

__all__ = ["MIGRATIONS", "Migration", "head", "migrate", "pending"]
