"""What senders say of their signatures."""

import time
from datetime import timedelta

import pytest

from flow8.errors import Unauthorized
from flow8.ingress.signatures import signed_by
from tests.support.signing import digest, signed

SENDERS = ("flow8", "github", "stripe", "slack")


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def test_the_example_of_githubs_documentation_fits() -> None:
    secret, body = "It's a Secret to Everybody", b"Hello, World!"
    told = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

    found = signed_by("github", {"x-hub-signature-256": told})

    assert found.digests == (digest(secret, found.prefix + body),)


def test_the_example_of_slacks_documentation_is_read_as_it_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "8f742231b10e8888abcd99yyyzzz85a5"
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
        b"%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    told = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    monkeypatch.setattr("flow8.ingress.signatures.WINDOW", timedelta(days=36_500))

    found = signed_by("slack", {"x-slack-request-timestamp": "1531420618", "x-slack-signature": told})

    assert found.digests == (digest(secret, found.prefix + body),)


@pytest.mark.parametrize("sender", SENDERS)
def test_what_a_sender_signs_is_read(sender: str) -> None:
    body = b'{"n":1}'

    found = signed_by(sender, lower(signed(sender, body, "key")))

    assert digest("key", found.prefix + body) in found.digests
    assert (found.at is None) is (sender == "github")


@pytest.mark.parametrize("sender", SENDERS)
def test_headers_of_another_sender_are_refused(sender: str) -> None:
    for other in SENDERS:
        if other != sender:
            with pytest.raises(Unauthorized):
                signed_by(sender, lower(signed(other, b"")))


@pytest.mark.parametrize("sender", ["flow8", "stripe", "slack"])
@pytest.mark.parametrize("seconds", [-302, 302, -(10**9), 10**11])
def test_a_time_that_is_not_now_is_refused(sender: str, seconds: float) -> None:
    with pytest.raises(Unauthorized):
        signed_by(sender, lower(signed(sender, b"", at=time.time() + seconds)))


@pytest.mark.parametrize("sender", ["flow8", "stripe", "slack"])
@pytest.mark.parametrize("seconds", [-295, 295])
def test_a_clock_may_be_five_minutes_off(sender: str, seconds: float) -> None:
    assert signed_by(sender, lower(signed(sender, b"", at=time.time() + seconds))).at is not None


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("flow8", {}),
        ("flow8", {"x-flow8-timestamp": "now", "x-flow8-signature": "sha256=" + "a" * 64}),
        ("flow8", {"x-flow8-timestamp": "١٢٣", "x-flow8-signature": "sha256=" + "a" * 64}),
        ("flow8", {"x-flow8-timestamp": "-1", "x-flow8-signature": "sha256=" + "a" * 64}),
        ("flow8", {"x-flow8-timestamp": "9" * 13, "x-flow8-signature": "sha256=" + "a" * 64}),
        ("github", {"x-hub-signature-256": "a" * 64}),
        ("github", {"x-hub-signature-256": "sha1=" + "a" * 64}),
        ("github", {"x-hub-signature-256": "sha256=" + "a" * 63}),
        ("github", {"x-hub-signature-256": "sha256=" + "g" * 64}),
        ("github", {"x-hub-signature-256": "sha256=" + "a" * 64 + ", sha256=" + "b" * 64}),
        ("stripe", {"stripe-signature": "v1=" + "a" * 64}),
        ("stripe", {"stripe-signature": "t=1"}),
        ("stripe", {"stripe-signature": "t=1,t=2,v1=" + "a" * 64}),
        ("stripe", {"stripe-signature": "t=1" + ",v1=" + ",v1=".join(["a" * 64] * 11)}),
    ],
)
def test_what_is_no_signature_is_refused(sender: str, headers: dict[str, str]) -> None:
    with pytest.raises(Unauthorized):
        signed_by(sender, headers)
