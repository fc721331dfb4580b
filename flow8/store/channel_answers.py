"""The answers that callers of sockets got, numbered for each caller, for those who missed some."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pymongo.errors import DuplicateKeyError

from flow8.clock import utc_now
from flow8.store.database import Document, Documents

LIFE: Final = timedelta(hours=1)


@dataclass(frozen=True)
class KeptAnswer:
    """One answer: `n` is its place among those of its caller, `text` the JSON of all but `n`."""

    n: int
    text: str


class ChannelAnswers:
    """The collection `channel_answers`; a caller is a route with the name that its client gave itself."""

    def __init__(self, database: Documents) -> None:
        self._answers = database["channel_answers"]

    def keep(self, company_id: str, caller: str, message_id: str, text: str, after: int) -> KeptAnswer:
        """The answer to a message under the next number, or the one that this message got before.

        `after` is the last number that the connection knows of, or more. Two connections of one caller never
        give the same number.
        """
        n = after + 1
        while True:
            try:
                self._answers.insert_one(
                    {
                        "companyId": company_id,
                        "caller": caller,
                        "n": n,
                        "message": message_id,
                        "text": text,
                        "expiresAt": utc_now() + LIFE,
                    }
                )
            except DuplicateKeyError:
                kept = self.find(company_id, caller, message_id)
                if kept is not None:
                    return kept
                n = max(n, self.last(company_id, caller)) + 1
            else:
                return KeptAnswer(n, text)

    def find(self, company_id: str, caller: str, message_id: str) -> KeptAnswer | None:
        """The answer that a message got."""
        row = self._answers.find_one({"companyId": company_id, "caller": caller, "message": message_id})
        return None if row is None else _answer(row)

    def behind(self, company_id: str, caller: str, after: int) -> Iterator[KeptAnswer]:
        """The answers of a caller behind a number, in order."""
        mine = {"companyId": company_id, "caller": caller, "n": {"$gt": after}}
        yield from (_answer(row) for row in self._answers.find(mine).sort("n", 1))

    def last(self, company_id: str, caller: str) -> int:
        """The highest number that a caller was given within an hour; 0 without one."""
        mine = {"companyId": company_id, "caller": caller}
        row = self._answers.find_one(mine, {"n": 1}, sort=[("n", -1)])
        return 0 if row is None else int(row["n"])


def _answer(row: Document) -> KeptAnswer:
    return KeptAnswer(row["n"], row["text"])
