"""Names that people give to things which flows refer to by name or id."""

import re
from typing import Final

from flow8.errors import Problem

LONGEST_NAME: Final = 200
_LIKE_AN_ID: Final = re.compile(r"[0-9a-f]{24}")


def name_problems(name: str) -> list[Problem]:
    """Everything that is wrong with a name; one that looks like an id would stand for two things."""
    if not name.isprintable() or not 1 <= len(name.strip()) <= LONGEST_NAME:
        return [Problem("name", f"must have 1 to {LONGEST_NAME} printable characters")]
    if _LIKE_AN_ID.fullmatch(name.strip()):
        return [Problem("name", "looks like an id; choose one with another letter in it")]
    return []
