"""Everything that is kept, in MongoDB: the only floor that speaks to it, one file for each collection."""

from flow8.store.store import Store, open_store

__all__ = ["Store", "open_store"]
