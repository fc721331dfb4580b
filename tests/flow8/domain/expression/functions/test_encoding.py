"""Functions that write text in another alphabet, and hashes."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_value


def value(source: str, given: Any = None) -> Any:
    return compile_value(f"{{{{ $args | {source} }}}}").evaluate(Scope({"args": given}))


@pytest.mark.parametrize(
    ("given", "source", "result"),
    [
        ("", "base64", ""),
        ("ü", "base64", "w7w="),
        ("w7w=", "base64Decode", "ü"),
        ("w7w", "base64Decode", "ü"),
        ("Pz8_", "base64Decode", "???"),
        ("ü", "hex", "c3bc"),
        ("C3 BC", "hexDecode", "ü"),
        ("a b&c/ü", "urlEncode", "a%20b%26c%2F%C3%BC"),
        ("a%20b+%C3%BC", "urlDecode", "a b+ü"),
        ("<a href='x'>&\"", "escapeHtml", "&lt;a href=&#x27;x&#x27;&gt;&amp;&quot;"),
        ('a"b', "json", '"a\\"b"'),
        (None, "json", "null"),
        (2.0, "json", "2.0"),
        ({"a": [True, "ü"]}, "json", '{"a":[true,"ü"]}'),
        ("null", "parseJson", None),
        (' {"a": [1, -2, 2.5, 1e2, true, "ü"]} ', "parseJson", {"a": [1, -2, 2.5, 100.0, True, "ü"]}),
        ("abc", "sha256", hashlib.sha256(b"abc").hexdigest()),
        ("ü", "sha512", hashlib.sha512("ü".encode()).hexdigest()),
        ("abc", "hmac('key')", hmac.new(b"key", b"abc", "sha256").hexdigest()),
        ("abc", "hmac('key', 'hex')", hmac.new(b"key", b"abc", "sha256").hexdigest()),
        ("abc", "hmac('key', 'base64')", base64.b64encode(hmac.digest(b"key", b"abc", "sha256")).decode()),
    ],
)
def test_an_encoding_works(given: Any, source: str, result: Any) -> None:
    assert value(source, given) == result


NET = "it cannot be worked out with these values"
NO_JSON = "the text is no JSON"


@pytest.mark.parametrize(
    ("given", "source", "reason"),
    [
        ("\ud800", "base64", NET),
        ("\ud800", "sha256", NET),
        ("!!!", "base64Decode", NET),
        ("/w==", "base64Decode", NET),
        ("zz", "hexDecode", NET),
        ("ff", "hexDecode", NET),
        ("%ff", "urlDecode", NET),
        ("<" * 300_000, "escapeHtml", "over the bound of 1000000 characters"),
        ("a" * 600_000, "hex", "over the bound of 1000000 characters"),
        ("ü" * 200_000, "urlEncode", "over the bound of 1000000 characters"),
        ("a" * 999_999, "urlEncode", "more than 50000 steps"),
        ("a" * 999_999, "urlDecode", "more than 50000 steps"),
        ("", "parseJson", NO_JSON),
        ("{a: 1}", "parseJson", NO_JSON),
        ("[1,]", "parseJson", NO_JSON),
        ("[" * 5000, "parseJson", NO_JSON),
        ("[" * 100 + "]" * 100, "parseJson", "a value nested deeper than 64"),
        ("NaN", "parseJson", "a number too large"),
        ("-Infinity", "parseJson", "a number too large"),
        ("1e999", "parseJson", "a number too large"),
        ("9223372036854775808", "parseJson", "a whole number over 64 bit"),
        ("1" * 5000, "parseJson", NO_JSON),
        ("[" + "[]," * 100_001 + "0]", "parseJson", "over the bound of 100000 items"),
        ("[" + "[]," * 100_000 + "0]", "parseJson", "more than 100000 values in one"),
    ],
)
def test_what_an_encoding_refuses_is_told(given: Any, source: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(source, given)

    assert caught.value.reason == reason
