"""Keeps secrets out of what is written down: log lines and audit entries go through `redact`.

Two kinds are found: secrets that somebody named with `register`, in every form that programs give them, and
texts that look like a secret (private keys, JWTs, AWS and flow8 keys, credentials in headers and URLs), plain
or inside base64 and URL-encoded text. What a program split over several records is not found.
"""

import base64
import binascii
import threading
from typing import Any, Final
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from config.declare import declared_in
from config.secret_forms import forms_of
from config.secret_patterns import IN_BASE64, IN_URL, MASKED, SUSPICIOUS, Pattern, compiled, literal
from config.settings import Settings

MASK: Final = "***"
SHORTEST: Final = 8
"""A shorter text cannot be told from any other, so it is not looked for."""
MOST: Final = 500
"""So many named secrets are known at once; beyond that the oldest are forgotten."""
DEPTH: Final = 2
"""So many encodings around each other are looked through."""

_BASE64: Final = compiled(IN_BASE64)
_URL: Final = compiled(IN_URL)
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")


class Redactor:
    """Knows named secrets, and masks them and everything that looks like a secret."""

    def __init__(self) -> None:
        self._known: dict[str, None] = {}
        self._pattern: Pattern = None
        self._is_new = False
        self._lock = threading.Lock()

    def register(self, secret: str | None) -> None:
        """Mask this text from now on; one of fewer than 8 characters is left alone."""
        text = (secret or "").strip()
        if len(text) < SHORTEST or text in self._known:
            return
        with self._lock:
            self._known = dict.fromkeys([*self._known, text][-MOST:])
            self._is_new = True

    def redact(self, text: str) -> str:
        """The text with every secret in it masked; half characters, if any, written as escapes."""
        if self._is_new:
            self._learn()
        data = text.encode("utf-8", "backslashreplace")
        clean = self._clean(data, DEPTH)
        return text if clean is data and text.isascii() else clean.decode("utf-8", "replace")

    def _learn(self) -> None:
        """Many may be named one after another; the pattern of all is made once, when it is needed."""
        with self._lock:
            if self._is_new:
                self._pattern = _pattern_of(list(self._known))
                self._is_new = False

    def _clean(self, data: bytes, depth: int) -> bytes:
        if self._pattern is not None and self._pattern.search(data):
            data = self._pattern.sub(MASK.encode(), data)
        if SUSPICIOUS.search(data):
            for pattern, replacement in MASKED:
                if pattern.search(data):
                    data = pattern.sub(replacement, data)
        return self._look_inside(data, depth) if depth else data

    def _look_inside(self, data: bytes, depth: int) -> bytes:
        if b"%" in data:
            data = _URL.sub(lambda found: self._in_url(found.group(0), depth), data)
        if _BASE64.search(data):
            data = _BASE64.sub(lambda found: self._in_base64(found.group(0), depth), data)
        return data

    def _in_url(self, run: bytes, depth: int) -> bytes:
        for spelled in {run: None, run.replace(b"+", b" "): None}:  # a plus may stand for a space
            plain = unquote_to_bytes(spelled)
            clean = self._clean(plain, depth - 1)
            if clean != plain:
                return quote_from_bytes(clean, safe="/:@!$&'()*+,;=~?#").encode()
        return run

    def _in_base64(self, run: bytes, depth: int) -> bytes:
        body = run.rstrip(b"=").translate(_STANDARD)
        try:
            plain = base64.b64decode(body[: len(body) - (len(body) % 4 == 1)] + b"=" * (-len(body) % 4))
        except binascii.Error:
            return run
        return run if self._clean(plain, depth - 1) == plain else MASK.encode()


def _pattern_of(secrets: list[str]) -> Pattern:
    """Only alternatives of plain text, the longest first, so that no part of a longer one is left."""
    forms = {form.encode("utf-8", "surrogatepass") for secret in secrets for form in forms_of(secret)}
    return compiled(b"|".join(map(literal, sorted(forms, key=lambda form: (-len(form), form)))))


_OURS: Final = Redactor()
"""One for each process, as logging is."""


def register(secret: str | None) -> None:
    """Mask this text in everything that this process writes down from now on."""
    _OURS.register(secret)


def register_settings(settings: Settings) -> None:
    """Mask the values of all secret settings; of an address, the password in it."""
    for declared in declared_in(type(settings)):
        value: Any = getattr(settings, declared.attribute)
        if declared.secret and value is not None:
            register(_password_in(value) if "://" in value else value)


def _password_in(address: str) -> str | None:
    password = urlsplit(address).password
    return None if password is None else unquote_to_bytes(password).decode("utf-8", "replace")


def redact(text: str) -> str:
    """The text with every secret in it masked."""
    return _OURS.redact(text)
