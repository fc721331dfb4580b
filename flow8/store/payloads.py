"""Big values: kept once for each play under the hash of their text, named by reference in the play.

Small ones stay in the play's own document as JSON text. A play names only what is stored before it.
"""

from typing import Any

from pymongo import ReplaceOne

from flow8.domain.values import MAX_VALUE_BYTES, digest_of_text, from_text, to_text
from flow8.store.database import QUICK, Document, Documents

INLINE_BYTES = 64 * 1024
INLINE_BYTES_OF_A_PLAY = 512 * 1024

Kept = str | Document
"""JSON text, or `{sha256, size}` naming a payload."""


class ValueTooLarge(ValueError):
    """A value is longer than one document may be."""


class Payloads:
    """The collection `payloads`, and the rule what goes there."""

    def __init__(self, database: Documents) -> None:
        self._payloads = database["payloads"]

    def write(self, rows: list[Document]) -> None:
        """Store payloads; the same ones again change nothing."""
        if rows:
            self._payloads.bulk_write([ReplaceOne({"_id": row["_id"]}, row, upsert=True) for row in rows])

    def read(self, play_id: str, kept: Kept | None) -> Any:
        """The value; null for one that was never kept.

        Raises:
            LookupError: its payload is gone, which only retention does.
        """
        text = self.read_text(play_id, kept)
        return None if text is None else from_text(text)

    def read_text(self, play_id: str, kept: Kept | None) -> str | None:
        """The JSON text of a kept value."""
        if kept is None or isinstance(kept, str):
            return kept
        row = self._payloads.find_one({"_id": f"{play_id}/{kept['sha256']}"})
        if row is None:
            raise LookupError(f"payload {kept['sha256']} of play {play_id} is gone")
        return str(row["text"])

    def plays_behind(self, place: str, before: str, most: int) -> tuple[list[str], int]:
        """The plays of the next rows behind one play and before another, and how many rows these are."""
        bounds = {"$gt": place, "$lt": before}
        shown = {"_id": 0, "playId": 1}
        found = self._payloads.find({"playId": bounds}, shown).sort("playId", 1).limit(most)
        plays = [row["playId"] for row in found]
        return sorted(set(plays)), len(plays)

    def remove_of(self, play_ids: list[str]) -> int:
        """Remove all payloads of these plays; how many there were."""
        # Quick: the plays go after them, surely written, and with that write everything before it.
        payloads = self._payloads.with_options(write_concern=QUICK)
        return payloads.delete_many({"playId": {"$in": play_ids}}).deleted_count


class Keeper:
    """Decides for one play where each of its values is kept, and gathers the payloads still to be written."""

    def __init__(self, company_id: str, play_id: str) -> None:
        self._company_id = company_id
        self._play_id = play_id
        self._inline = 0
        self._last: tuple[Any, str] = (None, to_text(None))
        self.rows: list[Document] = []

    def keep(self, value: Any) -> Kept:
        """The text of a small value, or a reference to a payload that `rows` now holds.

        Raises:
            ValueTooLarge: the value cannot be stored at all.
            ValueError: it is not JSON.
        """
        text = self._text_of(value)
        size = len(text)
        if size <= INLINE_BYTES and self._inline + size <= INLINE_BYTES_OF_A_PLAY:
            self._inline += size
            return text
        if size > MAX_VALUE_BYTES:
            raise ValueTooLarge(f"the value takes {size} bytes as JSON; {MAX_VALUE_BYTES} are allowed")
        digest = digest_of_text(text)
        row = {"_id": f"{self._play_id}/{digest}", "companyId": self._company_id, "playId": self._play_id}
        self.rows.append({**row, "text": text})
        return {"sha256": digest, "size": size}

    def _text_of(self, value: Any) -> str:
        """The text of a value; a play's output is often the very thing that its last flowlet gave."""
        if value is not self._last[0]:
            self._last = (value, to_text(value))
        return self._last[1]

    def let_go(self, kept: Kept) -> None:
        """A value that was kept does not stay in the play's own document."""
        if isinstance(kept, str):
            self._inline -= len(kept)


def size_of(kept: Kept | None) -> int:
    """Bytes of the value's JSON text; 0 when none is kept."""
    if kept is None:
        return 0
    return len(kept) if isinstance(kept, str) else int(kept["size"])
