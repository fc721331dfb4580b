"""What must not be seen is masked, however a program writes it."""

import base64
import json
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from flow8.domain.veil import MASK, Veil, texts_to_hide

SECRET = "pä+s/w ö'rd?\"7"


def veiled(text: str, secret: str = SECRET) -> str:
    veil = Veil()
    veil.add(secret)
    return veil.text(text)


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        quote_plus(SECRET).lower(),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
    ],
)
def test_a_secret_is_masked_in_every_form(form: str) -> None:
    assert veiled(f"before {form} after") == f"before {MASK} after"


@pytest.mark.parametrize("before", ["", "u", "us", "user:"])
@pytest.mark.parametrize("after", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_inside_of_base64_is_masked_wherever_it_begins(
    before: str, after: str, encode: Callable[[bytes], bytes]
) -> None:
    encoded = encode(f"{before}{SECRET}{after}".encode()).decode()

    masked = veiled(encoded)

    assert MASK in masked
    assert len(masked.replace(MASK, "")) <= 4 * (len(before) + len(after)) // 3 + 8


def test_values_are_masked_to_their_depth_and_keys_too() -> None:
    veil = Veil()
    veil.add({"user": "ada", "password": "swordfish"})

    seen = veil.value({"a": [1, "x swordfish y", None], "swordfish": {"b": True}, "user": "ada"})

    assert seen == {"a": [1, f"x {MASK} y", None], MASK: {"b": True}, "user": "ada"}


def test_an_empty_veil_hands_on_what_it_is_given() -> None:
    value = {"a": ["swordfish"]}

    assert Veil().value(value) is value
    assert not Veil()


def test_the_lines_of_a_long_secret_are_masked_alone() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nshort\n-----END KEY-----"

    assert veiled("MIIEvQIBADANBgkqhkiG9w0BAQ", key) == MASK
    assert veiled("short", key) == "short"


def test_of_two_secrets_that_begin_alike_the_longer_is_masked_whole() -> None:
    veil = Veil()
    veil.add(["swordfish", "swordfish-and-chips"])

    assert veil.text("swordfish-and-chips") == MASK


@pytest.mark.parametrize(
    "secret", ["x" * 60_000, "swordfish \ud83d", "a.*b[c]{3}|(d)^$\\e", "line one\nline two"]
)
def test_secrets_of_any_size_and_sign_are_masked(secret: str) -> None:
    assert veiled(f"<{secret}>", secret) == f"<{MASK}>"
    assert veiled("nothing to see", secret) == "nothing to see"


def test_a_long_text_is_looked_through_quickly_for_many_secrets() -> None:
    veil = Veil()
    veil.add([f"swordfish number {number}" for number in range(50)])
    text = base64.b64encode(bytes(range(256)) * 12_000).decode()

    started = time.process_time()
    assert veil.text(text) == text

    assert time.process_time() - started < 0.5


def test_texts_too_short_to_be_told_from_others_are_not_looked_for() -> None:
    assert list(texts_to_hide({"a": "1234567", "b": ["12345678", 123456789], "c": "  x       "})) == [
        "12345678"
    ]
