"""What looks like a secret, whoever made it. RE2's syntax, over bytes: its time is linear in the text."""

from typing import Any, Final

import re2

Pattern = Any
"""RE2's wrapper comes without types."""

_OPTIONS: Final = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 64 << 20

_PEM: Final = rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]*-----|\z)"
_JWT: Final = rb"eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,3}"
_AWS: Final = rb"(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AIPA|ANPA|ANVA|AROA)[A-Z0-9]{16}"
_OUR_KEY: Final = rb"(f8_[0-9a-f]{24}_)[A-Za-z0-9_-]{16,}"
_URL: Final = rb"([A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#\"'<>]+@"
_SAYS: Final = rb"(?:\\?[\"']\s?,|(?:\\?[\"'])?\s?[:=])\s?(?:\\?[\"'])?"
_HEADER: Final = rb"(?i)((?:authorization|cookie)" + _SAYS + rb")[^\r\n\"'\\]+"
_BEARER: Final = rb"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}"
_BASIC: Final = rb"(?i)\b(basic\s+)(?:[A-Za-z0-9+/]{16,}={0,2}|[A-Za-z0-9+/]{4,}={1,2})"
_WORDS: Final = (
    rb"(?:password|passwd|passphrase|secret|api_?key|access_?key|private_?key"
    rb"|(?:auth|access|refresh|id)_?token)"
)
_QUOTED: Final = rb"(?i)(" + _WORDS + rb"(?:\\?[\"'])?\s?[:=]\s?\\?[\"'])[^\"'\\]+"
_PLAIN: Final = rb"(?i)(" + _WORDS + rb"=)[^\s\"'&,;\\]+"

IN_BASE64: Final = rb"[A-Za-z0-9+/_-]{20,}={0,2}"
IN_URL: Final = rb"[^\s\"'<>]*%[0-9A-Fa-f]{2}[^\s\"'<>]*"


def compiled(source: bytes) -> Pattern:
    """The pattern of a source."""
    return re2.compile(source, _OPTIONS)


def literal(text: bytes) -> bytes:
    """A source that matches these bytes and no others."""
    return b"".join(b"\\x%02x" % byte for byte in text)


MASKED: Final = tuple(
    (compiled(source), replacement)
    for source, replacement in (
        (_PEM, b"***"),
        (_URL, rb"\1***@"),
        (_OUR_KEY, rb"\1***"),
        (_HEADER, rb"\1***"),
        (_BEARER, rb"\1***"),
        (_BASIC, rb"\1***"),
        (_JWT, b"***"),
        (_AWS, b"***"),
        (_QUOTED, rb"\1***"),
        (_PLAIN, rb"\1***"),
    )
)
"""Every pattern with what is put in place of what it matches; names and public parts stay."""

SUSPICIOUS: Final = compiled(
    b"|".join(
        [
            rb"-----BEGIN|eyJ|f8_|://|(?i:authorization|cookie|bearer|basic)",
            _AWS,
            b"(?i:" + _WORDS + b")",
        ]
    )
)
"""Matches whatever a pattern could match: one look spares most texts all the others."""
