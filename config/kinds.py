"""The kinds of values a setting can have: how each is read from text, and the words that name it."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

ROOT = Path(__file__).resolve().parents[1]
"""The folder of `flow8core`: relative paths in settings start here, from wherever flow8 is called."""

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
HIGHEST_PORT = 65535
GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ROLE_NAMES = ("viewer", "runner", "approver", "editor", "admin")
"""The roles of a company, the least first."""


@dataclass(frozen=True)
class Kind(Generic[T]):
    """One kind of value: `words` finish "must be ...", `read` raises ValueError on any other text."""

    words: str
    read: Callable[[str], T]
    shape: str = ""


def whole(lowest: int, highest: int | None = None, *, shape: str = "number") -> Kind[int]:
    """Whole numbers from `lowest`, up to `highest` when one is given."""

    def read(text: str) -> int:
        number = int(text) if re.fullmatch(r"[0-9]{1,18}", text) else -1
        if number < lowest or (highest is not None and number > highest):
            raise ValueError(text)
        return number

    above = f"from {lowest} to {highest}" if highest is not None else f"of at least {lowest}"
    return Kind(f"a whole number {above}", read, shape)


def hexadecimal(length: int, command: str) -> Kind[str]:
    """Exactly `length` hexadecimal digits, as `command` makes them."""

    def read(text: str) -> str:
        if not re.fullmatch(rf"[0-9a-fA-F]{{{length}}}", text):
            raise ValueError(text)
        return text.lower()

    return Kind(f"{length} hexadecimal digits (make them with: {command})", read, f"{length} hex digits")


def choice(*words: str) -> Kind[str]:
    """One of `words`, in small or capital letters."""

    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(text)
        return text.lower()

    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    return Kind(listed, read, " | ".join(words))


def address(*schemes: str) -> Kind[str]:
    """A URL with one of `schemes` and, unless it names a Unix socket, a host."""

    def read(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in schemes or not parts.netloc or any(ord(sign) <= ord(" ") for sign in text):
            raise ValueError(text)
        return text.rstrip("/") if parts.scheme.startswith("http") else text

    return Kind(f"an address like {schemes[0]}://host", read, f"{schemes[0]}://...")


def _flag(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError(text)
    return text.lower() == "true"


def _port_range(text: str) -> range:
    first, last = (PORT.read(part) for part in text.split("-"))
    if first > last:
        raise ValueError(text)
    return range(first, last + 1)


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,9})([smhdw])", text)
    if not found:
        raise ValueError(text)
    return timedelta(seconds=int(found[1]) * UNITS[found[2]])


def _path(text: str) -> Path:
    return ROOT / Path(text).expanduser()


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[,\s]+", text) if word)


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(word) for word in _words(text))


def _guids(text: str) -> tuple[str, ...]:
    found = tuple(word.lower() for word in _words(text))
    if not all(re.fullmatch(GUID, word) for word in found):
        raise ValueError(text)
    return found


def _roles(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [word.rpartition("=") for word in _words(text)]
    if not all(group and role.lower() in ROLE_NAMES for group, _, role in pairs):
        raise ValueError(text)
    return tuple((group, role.lower()) for group, _, role in pairs)


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError(text)
    return text


TEXT: Kind[str] = Kind("a text", str, "text")
FLAG = Kind("true or false", _flag, "true | false")
PORT = whole(1, HIGHEST_PORT, shape="port")
PORT_RANGE = Kind("a range of ports like 7701-7799", _port_range, "port-port")
COUNT = whole(1)
NOT_NEGATIVE = whole(0)
BYTES = whole(1, shape="bytes")
DURATION = Kind("a time like 15s, 2m, 1h, 30d or 4w", _duration, "time")
PATH = Kind("a path", _path, "path")
WORDS = Kind("words with commas between them", _words, "word, word")
NETWORKS = Kind("networks like 10.1.0.0/16 with commas between them", _networks, "network, network")
ENCRYPTION_KEY = hexadecimal(256, "openssl rand -hex 128")
ENCRYPTION_KEY_SALT = hexadecimal(64, "openssl rand -hex 32")
EMAIL = Kind("an e-mail address", _email, "e-mail")
ROLE = choice(*ROLE_NAMES)
ROLES = Kind(
    "pairs like 0f7c…=editor, each a group or an app role, = and a role of flow8, with commas between them",
    _roles,
    "group=role, group=role",
)
GUIDS = Kind("ids like 72f988bf-86f1-41af-91ab-2d7cd011db47 with commas between them", _guids, "id, id")
WEB_ADDRESS = address("http", "https")
HTTPS_ADDRESS = address("https")
MONGODB_ADDRESS = address("mongodb", "mongodb+srv")
AMQP_ADDRESS = address("amqp", "amqps")
