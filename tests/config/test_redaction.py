"""No secret is written down: named ones in every form, and what looks like one, in linear time."""

import base64
import json
import secrets
import time
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest

from config.redaction import MOST, Redactor
from config.settings import load

KEY = f"f8_{'0a' * 12}_{secrets.token_urlsafe(32)}"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
PEM_BODY = "MIIEpAIBAAKCAQEAx0vVvs1lQMvYZqZ\nq9mQmT1wEwYDVQQKDAxFeGFtcGxl"
PEM_LINES = PEM_BODY.split("\n")
LOOKS = {
    KEY: KEY[28:],
    JWT: JWT,
    "AKIAIOSFODNN7EXAMPLE": "AKIAIOSFODNN7EXAMPLE",
    f"-----BEGIN RSA PRIVATE KEY-----\n{PEM_BODY}\n-----END RSA PRIVATE KEY-----": PEM_LINES[1],
    f"-----BEGIN PRIVATE KEY-----\n{PEM_BODY}": PEM_LINES[0],
    "Authorization: Bearer qX9-token-of-nobody": "qX9-token-of-nobody",
    "Authorization: Basic dXNlcjpsZXQtbWUtaW4=": "dXNlcjpsZXQtbWUtaW4=",
    "{'authorization': 'Digest username=me'}": "username=me",
    "[('Authorization', 'secret-scheme x1')]": "x1",
    '{"headers": {"Cookie": "sid=abc123"}}': "abc123",
    "mongodb://ana:pa@ss-word@db.example.com/flow8": "pa@ss-word",
    "amqps://ana:hunter22@mq.example.com": "hunter22",
    '{"clientSecret": "two words"}': "two words",
    r'{"text": "{\"password\": \"inner\"}"}': "inner",
    "connect(password='hunter22', timeout=3)": "hunter22",
    "https://example.com/?access_token=abc123&page=2": "abc123",
}


@pytest.mark.parametrize(("text", "secret"), LOOKS.items(), ids=range(len(LOOKS)))
def test_what_looks_like_a_secret_is_masked_and_the_rest_stays(text: str, secret: str) -> None:
    shown = Redactor().redact(f"before {text}")

    assert secret in text
    assert secret not in shown
    assert "***" in shown
    assert shown.startswith("before ")


@pytest.mark.parametrize("text", LOOKS, ids=range(len(LOOKS)))
def test_encoded_it_is_masked_too(text: str) -> None:
    for encoded in (
        base64.b64encode(f"some {text} text".encode()).decode(),
        base64.urlsafe_b64encode(f"a {text}".encode()).decode(),
        quote(f"x={text}", safe=""),
        quote_plus(text),
        quote(quote(text, safe=""), safe=""),
        quote(base64.b64encode(text.encode()).decode(), safe=""),
    ):
        shown = Redactor().redact(f"before {encoded} after")

        assert encoded not in shown
        assert shown.startswith("before ")
        assert shown.endswith(" after")


PLAIN = (
    "GET /api/v1/plays/0123456789abcdef01234567/layers/price%233 200 45ms",
    "login failed: wrong_password user_id=0123456789abcdef01234567",
    "company=0123456789abcdef01234567 head=12:" + "ab" * 32,
    '  File "/usr/lib/python3.11/site-packages/flow8/services/sign_in.py", line 12, in sign_in',
    "MongoDB does not answer (ServerSelectionTimeoutError); look whether it runs.",
    "https://example.com/ana@example.com?page=2",
    "SESSION_COOKIE_SECURE=true and the session's cookie, its flags",
    "ENCRYPTION_KEY: must be 256 hexadecimal digits (make them with: openssl rand -hex 128)",
    "-----BEGIN CERTIFICATE-----",
    "žluťoučký 日本語 🙂 100 % sure",
    "",
)


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    assert Redactor().redact(text) == text


def canaries() -> Iterator[str]:
    yield from (secrets.token_urlsafe(size) for size in range(8, 40))
    yield 'with "quotes" and \\ back'
    yield "mit Umlaut äöü/+?&="
    yield "of several\nlines, each a\nlong enough one to be found"
    yield "日本語のパスワード🙂"


CANARIES = list(canaries())


@pytest.mark.parametrize("canary", CANARIES, ids=range(len(CANARIES)))
def test_a_named_secret_is_masked_in_every_form(canary: str) -> None:
    redactor = Redactor()
    redactor.register(canary)
    data = canary.encode()

    for form in (
        canary,
        repr(canary)[1:-1],
        json.dumps(canary)[1:-1],
        json.dumps(canary, ensure_ascii=False)[1:-1],
        quote(canary),
        quote(canary, safe=""),
        quote_plus(canary),
        data.hex(),
        *(base64.b64encode(b"x" * size + data + b"y" * size).decode() for size in range(4)),
        *(base64.urlsafe_b64encode(b"x" * size + data).decode() for size in range(4)),
    ):
        assert form not in redactor.redact(f"a {form} b")
        assert "***" in redactor.redact(f"a {form} b")


def test_of_two_secrets_where_one_begins_like_the_other_nothing_is_left() -> None:
    redactor = Redactor()
    redactor.register("long-secret")
    redactor.register("long-secret-and-longer")

    assert redactor.redact("long-secret-and-longer long-secret") == "*** ***"


def test_short_texts_and_nothing_are_not_taken_for_secrets() -> None:
    redactor = Redactor()
    for text in (None, "", "short", "       short "):
        redactor.register(text)

    assert redactor.redact("a short text") == "a short text"


def test_many_named_secrets_are_known_at_once_and_the_oldest_are_forgotten() -> None:
    redactor = Redactor()
    some = [secrets.token_urlsafe(16) for _ in range(50)]
    redactor._known = dict.fromkeys(f"earlier-{number:04}" for number in range(MOST))
    for each in some:
        redactor.register(each)

    assert len(redactor._known) == MOST
    assert redactor.redact(" ".join(some)) == " ".join(["***"] * 50)


def test_half_a_character_is_written_as_an_escape() -> None:
    assert Redactor().redact("a\ud800b") == "a\\ud800b"


@pytest.mark.parametrize(
    "unit",
    ["eyJ", "-----BEGIN A PRIVATE KEY-----", "a://x@", "%41", "A", "f8_", 'password="', "%2525", "bearer "],
)
def test_no_text_takes_longer_than_in_proportion_to_its_length(unit: str) -> None:
    redactor = Redactor()
    redactor.register("a named secret")

    def best(size: int) -> float:
        text, times = unit * (size // len(unit)), []
        for _ in range(3):
            began = time.process_time()
            redactor.redact(text)
            times.append(time.process_time() - began)
        return min(times)

    # Ten times the length in far less than the hundred times of a square.
    assert best(400_000) < 30 * max(best(40_000), 0.002)


def test_passwords_of_addresses_and_other_secret_settings_are_named() -> None:
    from config import redaction

    uri = "mongodb://ana:p%40ss-word-of-ana@db.example.com"
    redaction.register_settings(load({"MONGODB_URI": uri, "ADMIN_PASSWORD": "let-me-in-please"}))

    shown = redaction.redact("p@ss-word-of-ana p%40ss-word-of-ana let-me-in-please db.example.com")
    assert shown == "*** *** *** db.example.com"
