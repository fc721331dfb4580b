"""File values: what stands for a file in args, outputs and answers. The bytes never do."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from flow8.domain.model import path_of

FIELDS: Final = frozenset({"id", "name", "type", "size", "sha256"})
LONGEST_NAME: Final = 200
NO_NAME: Final = "file"
ANY_TYPE: Final = "application/octet-stream"

_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,127}")
_NOT_IN_NAMES: Final = frozenset('<>:"|?*\\/')
"""What some system takes for something else than a letter of a name."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Characters that nobody sees, or that turn a name around."""

Place = tuple[str | int, ...]


def is_file_value(value: Any) -> bool:
    """Whether a value says that it is a file; whether there is such a file is another matter."""
    return (
        isinstance(value, dict)
        and value.keys() == FIELDS
        and isinstance(value["id"], str)
        and isinstance(value["sha256"], str)
    )


def file_values_in(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every file value inside a JSON value, with its path: `orders[2].scan`."""
    waiting: list[tuple[Place, Any]] = [((), value)]
    while waiting:
        place, each = waiting.pop()
        if isinstance(each, dict):
            if is_file_value(each):
                yield path_of(place, ""), each
            else:
                waiting.extend(((*place, name), inner) for name, inner in _holders(each.items()))
        elif isinstance(each, list):
            waiting.extend(((*place, index), inner) for index, inner in _holders(enumerate(each)))


def _holders(entries: Any) -> Iterator[tuple[str | int, Any]]:
    return ((key, inner) for key, inner in entries if isinstance(inner, dict | list))


def file_ids_in(value: Any) -> tuple[str, ...]:
    """The ids of the file values inside a JSON value, each once."""
    return tuple(dict.fromkeys(found["id"] for _, found in file_values_in(value)))


def without_ids(value: Any, ids: frozenset[str]) -> Any:
    """The value with these files told by their content alone: the same bytes sent again are equal."""
    if isinstance(value, dict):
        if is_file_value(value) and value["id"] in ids:
            return {**value, "id": None}
        return {name: without_ids(each, ids) for name, each in value.items()}
    return [without_ids(each, ids) for each in value] if isinstance(value, list) else value


def safe_name(given: str) -> str:
    """A name for people, made of one that somebody sent: no folders, nothing unseen, not too long.

    No path is ever made of it on this machine; whoever downloads the file may do so.
    """
    last = re.split(r"[/\\]", given)[-1]
    kept = "".join(
        "_" if each in _NOT_IN_NAMES else each for each in last if unicodedata.category(each) not in _UNSEEN
    )
    name = " ".join(kept.split()).strip(". ")
    if len(name) <= LONGEST_NAME:
        return name or NO_NAME
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > LONGEST_NAME // 10:
        return name[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def safe_type(given: str) -> str:
    """The media type that somebody gave, without parameters; what is none becomes any."""
    found = given.partition(";")[0].strip().lower()
    return found if _TYPE.fullmatch(found) else ANY_TYPE


def disposition(name: str) -> str:
    """The Content-Disposition of a download of this name; what knows only ASCII gets it without the rest."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
