"""Passwords: argon2id hashes, made and checked off the loop that serves everyone.

One hash takes about a tenth of a second and 64 MiB inside C code, where no greenlet can take over. A process
that serves with gevent therefore hands in, at its boot, how work is done in a real thread:

    passwords.in_native_thread = gevent.get_hub().threadpool.apply
"""

import base64
import secrets
import threading
from collections.abc import Callable
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from flow8.errors import Problem

AT_ONCE: Final = 2
"""Hashes that one process makes at the same time: more would only take memory, 64 MiB each."""

LENGTHS: Final = range(12, 1025)
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
MADE_UP_LENGTH: Final = 20

_hasher: Final = PasswordHasher()
_turns: Final = threading.BoundedSemaphore(AT_ONCE)


def _right_here(work: Callable[[], Any]) -> Any:
    return work()


in_native_thread: Callable[[Callable[[], Any]], Any] = _right_here
"""Runs the work in a thread of the operating system and waits for it; set once, at boot."""


def hash_of(password: str) -> str:
    """A fresh hash of a password, with its own salt and parameters in it."""
    return str(_natively(lambda: _hasher.hash(_bytes(password))))


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password of a kept hash. Always one verification: no answer comes sooner."""
    return bool(_natively(lambda: _verified(password, kept or _nobodys())))


def problems_with(password: str, email: str, path: str = "password") -> list[Problem]:
    """What speaks against a new password of the user with this address."""
    if len(password) not in LENGTHS:
        return [Problem(path, f"must have {LENGTHS[0]} to {LENGTHS[-1]} characters")]
    if password.casefold() == email.casefold() or len(set(password)) < LENGTHS[0] // 3:
        return [Problem(path, "is too easy to guess; take some words that nobody would expect together")]
    return []


def made_up() -> str:
    """A password of 99 random bits that is easy to read and to type."""
    return "".join(secrets.choice(LETTERS) for _ in range(MADE_UP_LENGTH))


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def _natively(work: Callable[[], Any]) -> Any:
    with _turns:
        return in_native_thread(work)


def _verified(password: str, kept: str) -> bool:
    try:
        return _hasher.verify(kept, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _nobodys() -> str:
    """A hash in today's parameters that no known password has: salt and digest are all zeros."""
    cost = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    salt, digest = (_unpadded(bytes(size)) for size in (_hasher.salt_len, _hasher.hash_len))
    return f"$argon2id$v=19${cost}${salt}${digest}"


def _unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
