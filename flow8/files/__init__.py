"""Files: their bytes stream onto a shelf and from it, and are never in memory whole."""

from flow8.files.room import FileRoom, Maker, Opened, room_of
from flow8.files.shelf import Draft, Shelf

__all__ = ["Draft", "FileRoom", "Maker", "Opened", "Shelf", "room_of"]
