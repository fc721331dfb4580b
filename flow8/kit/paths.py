"""Names of files in storage: the rule that every provider of the kind keeps."""

import re

from flow8.kit.errors import Failed

MAX_PATH_BYTES = 1024
MAX_NAME_BYTES = 255
SHOWN = 80
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def storage_parts(path: str) -> tuple[str, ...]:
    """`reports/may.json` as its names, from the root of the storage down.

    Raises:
        Failed: anything but a relative path of plain names with `/` between them.
    """
    parts = tuple(path.split("/"))
    reason = _path_reason(path) or next(filter(None, map(_name_reason, parts)), None)
    if reason:
        raise Failed(
            f"The path {path[:SHOWN]!r} {reason}; write a path inside storage, such as reports/may.json",
            final=True,
            code="BAD_PATH",
        )
    return parts


def _path_reason(path: str) -> str | None:
    if not path:
        return "is empty"
    if path.startswith("/"):
        return "starts at the root of the machine"
    if "\\" in path or _CONTROL.search(path):
        return "holds a backslash or a control character"
    return "is too long" if len(_bytes(path)) > MAX_PATH_BYTES else None


def _name_reason(name: str) -> str | None:
    if name == "..":
        return "climbs out of its folder with '..'"
    if name in {"", "."}:
        return "holds an empty name or '.'"
    if not _bytes(name):
        return "is not Unicode text"
    return "holds a name that is too long" if len(_bytes(name)) > MAX_NAME_BYTES else None


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return b""
