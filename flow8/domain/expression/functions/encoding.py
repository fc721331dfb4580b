"""Functions that write text in another alphabet, and hashes."""

import base64
import html
import json
from collections.abc import Callable
from hashlib import sha256, sha512
from hmac import digest
from typing import Any
from urllib.parse import quote, unquote

from flow8.domain.expression.bounds import MAX_LIST, ExpressionError, Run, room
from flow8.domain.expression.functions.table import Row
from flow8.domain.expression.values import to_json

_URL_SAFE = {ord("-"): "+", ord("_"): "/"}


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _base64_decode(text: str) -> str:
    padded = text.translate(_URL_SAFE).rstrip("=")
    return base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode()


def _hex_decode(text: str) -> str:
    return bytes.fromhex(text).decode()


def _sha(algorithm: Callable[[bytes], Any]) -> Callable[[str], str]:
    return lambda text: str(algorithm(text.encode()).hexdigest())


def _hmac(text: str, key: str, encoding: str = "hex") -> str:
    code = digest(key.encode(), text.encode(), "sha256")
    return base64.b64encode(code).decode() if encoding == "base64" else code.hex()


def _url_encode(run: Run, text: str) -> str:
    run.spend(len(text) >> 4)
    return quote(text, safe="")


def _url_decode(run: Run, text: str) -> str:
    run.spend(len(text) >> 4)
    return unquote(text, errors="strict")


def _parse_json(run: Run, text: str) -> Any:
    commas = text.count(",")
    room(commas, MAX_LIST)
    run.spend(commas >> 2)

    def number(digits: str) -> Any:
        return run.take(int(digits) if digits.lstrip("-").isdigit() else float(digits))

    try:
        value = json.loads(text, parse_int=number, parse_float=number, parse_constant=number)
    except (ValueError, RecursionError):
        raise ExpressionError("the text is no JSON") from None
    return run.walk(value)


ROWS: list[Row] = [
    ("base64(text)", "As Base64.", '"flow8" | base64 => "Zmxvdzg="', _base64),
    ("base64Decode(text)", "Back, URL-safe or not.", '"Zmxvdzg" | base64Decode => "flow8"', _base64_decode),
    ("hex(text)", "Two digits for each byte.", '"az" | hex => "617a"', lambda text: text.encode().hex()),
    ("hexDecode(text)", "Back from it.", '"617a" | hexDecode => "az"', _hex_decode),
    ("json(data)", "As JSON text.", '{a: [1, null]} | json => "{\\"a\\":[1,null]}"', to_json),
    ("escapeHtml(text)", "Harmless inside HTML.", '"<b>" | escapeHtml => "&lt;b&gt;"', html.escape),
]
COSTLY: list[Row] = [
    ("urlEncode(text)", "For an address.", '"a b/c" | urlEncode => "a%20b%2Fc"', _url_encode),
    ("urlDecode(text)", "Back from it.", '"a%20b" | urlDecode => "a b"', _url_decode),
    ("parseJson(text)", "The value that JSON text tells.", '"[1, 2]" | parseJson => [1,2]', _parse_json),
]
HASHES: list[Row] = [
    ("sha256(text)", "SHA-256 in hex.", '"a" | sha256 | slice(0, 4) => "ca97"', _sha(sha256)),
    ("sha512(text)", "SHA-512 in hex.", '"a" | sha512 | slice(0, 4) => "1f40"', _sha(sha512)),
    ("hmac(text, key, encoding?)", "HMAC-SHA-256.", '"a" | hmac("k", "base64") | length => 44', _hmac),
]
