"""Tokens that Microsoft never made for this sign-in: none of them lets anybody in."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from flow8.engine.engine import Engine
from tests.support.microsoft import CLIENT_ID, OBJECT_ID, OTHER_TENANT, TENANT, Microsoft, sign
from tests.support.travellers import Traveller

Make = Callable[[Microsoft, dict[str, Any]], str]
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
HOUR = 3600


def part(value: Any) -> str:
    """One part of a token."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def said(**claims: Any) -> Make:
    """An honest signature over other claims; None leaves one out."""

    def make(microsoft: Microsoft, usual: dict[str, Any]) -> str:
        told = {**usual, **claims}
        return sign(microsoft, {name: value for name, value in told.items() if value is not None})

    return make


def later(**seconds: int) -> Make:
    """An honest signature over other moments."""
    return lambda microsoft, usual: sign(
        microsoft, {**usual, **{name: int(time.time()) + more for name, more in seconds.items()}}
    )


def headed(**header: Any) -> Make:
    """An honest signature under another header."""
    return lambda microsoft, usual: sign(microsoft, usual, **header)


def by_another(**header: Any) -> Make:
    """Signed with a key that is not Microsoft's, under a header that may bring it along."""

    def make(microsoft: Microsoft, usual: dict[str, Any]) -> str:
        told = {"kid": microsoft.key_id, **header}
        return jwt.encode(usual, OTHER_KEY, algorithm="RS256", headers=told)

    return make


def unsigned(algorithm: Any, signature: str = "") -> Make:
    """Not signed at all."""
    return lambda microsoft, usual: (
        f"{part({'alg': algorithm, 'typ': 'JWT', 'kid': microsoft.key_id})}.{part(usual)}.{signature}"
    )


def with_hmac(algorithm: str, secret: Callable[[Microsoft], bytes]) -> Make:
    """Signed with a secret that everybody knows."""
    hashes = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}

    def make(microsoft: Microsoft, usual: dict[str, Any]) -> str:
        text = f"{part({'alg': algorithm, 'typ': 'JWT', 'kid': microsoft.key_id})}.{part(usual)}"
        return f"{text}.{part(hmac.new(secret(microsoft), text.encode(), hashes[algorithm]).digest())}"

    return make


def public_pem(microsoft: Microsoft) -> bytes:
    return microsoft.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def public_jwk(_: Microsoft) -> dict[str, Any]:
    return dict(jwt.algorithms.RSAAlgorithm.to_jwk(OTHER_KEY.public_key(), as_dict=True))


def flipped(place: int, bit: int) -> Make:
    """One bit of one part is another one: 0 the header, 1 the payload, 2 the signature."""

    def make(microsoft: Microsoft, usual: dict[str, Any]) -> str:
        parts = sign(microsoft, usual).split(".")
        data = bytearray(base64.urlsafe_b64decode(parts[place] + "=="))
        data[(bit // 8) % len(data)] ^= 1 << (bit % 8)
        parts[place] = part(bytes(data))
        return ".".join(parts)

    return make


def spliced(microsoft: Microsoft, usual: dict[str, Any]) -> str:
    """The payload of one token under the signature of another."""
    honest, other = sign(microsoft, usual), sign(microsoft, {**usual, "oid": OBJECT_ID[::-1]})
    return ".".join([*other.split(".")[:2], honest.split(".")[2]])


def by_an_elliptic_key(microsoft: Microsoft, usual: dict[str, Any]) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return jwt.encode(usual, key, algorithm="ES256", headers={"kid": microsoft.key_id})


def of_raw_claims(text: str) -> Make:
    """Honestly signed, and no claims at all."""
    return lambda microsoft, _: jwt.PyJWS().encode(
        text.encode(), microsoft.key, algorithm="RS256", headers={"kid": microsoft.key_id, "typ": "JWT"}
    )


FORGED: Mapping[str, Make] = {
    # The algorithm
    "no algorithm": unsigned("none"),
    "no algorithm, in capitals": unsigned("NONE"),
    "no algorithm, with a signature": unsigned("none", part(b"x" * 256)),
    "an algorithm of another kind": unsigned(["RS256"]),
    "no algorithm named": unsigned(None),
    "RS256 without a signature": unsigned("RS256"),
    "HS256 with the public key": with_hmac("HS256", public_pem),
    "HS256 with nothing": with_hmac("HS256", lambda _: b""),
    "HS256 with the client's id": with_hmac("HS256", lambda _: CLIENT_ID.encode()),
    "HS512 with the public key": with_hmac("HS512", public_pem),
    "RS384 of the right key": lambda m, c: jwt.encode(c, m.key, "RS384", headers={"kid": m.key_id}),
    "PS256 of the right key": lambda m, c: jwt.encode(c, m.key, "PS256", headers={"kid": m.key_id}),
    "ES256 of another key": by_an_elliptic_key,
    # The key
    "another key under the right id": by_another(),
    "another key under an unknown id": by_another(kid="nobody-knows"),
    "another key without an id": lambda _, c: jwt.encode(c, OTHER_KEY, algorithm="RS256"),
    "a right key without an id": lambda m, c: jwt.encode(c, m.key, algorithm="RS256"),
    "a key id that is a path": headed(kid="../../../dev/null"),
    "a key id that is an operator": lambda m, c: (
        f"{part({'alg': 'RS256', 'kid': {'$ne': ''}})}.{part(c)}.{sign(m, c).split('.')[2]}"
    ),
    "a key id without an end": headed(kid="k" * 5000),
    "another key that comes along": lambda m, c: by_another(jwk=public_jwk(m))(m, c),
    "an address of another key": by_another(jku="https://evil.example/keys"),
    "a certificate that comes along": by_another(x5c=["MIIB"]),
    "an address of a certificate": by_another(x5u="https://evil.example/cert"),
    "a right key and an address of another": headed(jku="https://evil.example/keys"),
    "a header that has to be understood": headed(crit=["exp"]),
    "a payload that is not encoded": headed(b64=False, crit=["b64"]),
    "another type of token": headed(typ="at+jwt"),
    # For whom and from whom
    "another audience": said(aud="00000003-0000-0000-c000-000000000000"),
    "several audiences": said(aud=[CLIENT_ID, "another"]),
    "a list of our audience": said(aud=[CLIENT_ID]),
    "no audience": said(aud=None),
    "another authorized party": said(azp="another"),
    "another issuer": said(iss=f"https://evil.example/{TENANT}/v2.0"),
    "the issuer of another tenant": lambda m, c: sign(m, {**c, "iss": m.issuer(OTHER_TENANT)}),
    "the issuer of version 1": said(iss=f"https://sts.windows.net/{TENANT}/"),
    "no issuer": said(iss=None),
    "an issuer that is a list": lambda m, c: said(iss=[m.issuer()])(m, c),
    "version 1": said(ver="1.0"),
    "no version": said(ver=None),
    # Which tenant
    "another tenant": lambda m, c: sign(m, {**c, "tid": OTHER_TENANT, "iss": m.issuer(OTHER_TENANT)}),
    "another tenant than its issuer": said(tid=OTHER_TENANT),
    "no tenant": said(tid=None),
    "an empty tenant": lambda m, c: sign(m, {**c, "tid": "", "iss": m.issuer("")}),
    "a tenant in capitals": lambda m, c: sign(
        m, {**c, "tid": TENANT.upper(), "iss": m.issuer(TENANT.upper())}
    ),
    "a tenant that is a path": lambda m, c: sign(m, {**c, "tid": f"{TENANT}/../x"}),
    "a guest of another tenant": lambda m, c: sign(m, {**c, "idp": m.issuer(OTHER_TENANT)}),
    "a guest with a private account": said(idp="live.com"),
    "a guest by its account": said(acct=1),
    # Who
    "no object id": said(oid=None),
    "an empty object id": said(oid=""),
    "an object id that is a number": said(oid=1),
    "an object id that is an operator": said(oid={"$ne": ""}),
    "an object id that is an address": said(oid="ada@contoso.example"),
    "no subject": said(sub=None),
    # When
    "expired": later(exp=-HOUR),
    "expired two minutes ago": later(exp=-120),
    "not yet valid": later(nbf=HOUR),
    "made tomorrow": later(iat=24 * HOUR),
    "no end": said(exp=None),
    "an end that is a word": said(exp="tomorrow"),
    "an end beyond all numbers": said(exp=float("inf")),
    "no beginning": said(nbf=None),
    "not made at any time": said(iat=None),
    # For which sign-in
    "no nonce": said(nonce=None),
    "an empty nonce": said(nonce=""),
    "another nonce": said(nonce="n" * 43),
    "the nonce in a list": lambda m, c: sign(m, {**c, "nonce": [c["nonce"]]}),
    "the nonce and more": lambda m, c: sign(m, {**c, "nonce": c["nonce"] + "x"}),
    # Whether it is a token
    "a token of two parts": lambda m, c: ".".join(sign(m, c).split(".")[:2]),
    "a token of four parts": lambda m, c: sign(m, c) + ".x",
    "no token": lambda *_: "",
    "a text": lambda *_: "not a token",
    "a very long text": lambda *_: "e30." * 50_000,
    "claims that are a list": of_raw_claims("[]"),
    "claims that are no JSON": of_raw_claims("{"),
    "claims without a bottom": of_raw_claims("[" * 20_000),
    "the payload of another token": spliced,
    **{f"bit {bit} of the header": flipped(0, bit) for bit in (1, 77, 200)},
    **{f"bit {bit} of the payload": flipped(1, bit) for bit in (9, 333, 1000, 2222)},
    **{f"bit {bit} of the signature": flipped(2, bit) for bit in (0, 500, 1024, 2047)},
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_token_lets_nobody_in(
    traveller: Traveller, engine: Engine, caplog: pytest.LogCaptureFixture, forged: str
) -> None:
    traveller.microsoft.make = FORGED[forged]

    answer = traveller.sign_in()

    assert answer.status_code == 401
    assert traveller.microsoft.granted == 1
    assert not traveller.is_signed_in()
    assert engine.store.users.by_email("ada@contoso.example") is None
    assert engine.store.database["sessions"].count_documents({}) == 0
    assert "login failed: microsoft_" in caplog.text
    assert "Traceback" not in caplog.text


def test_forged_tokens_are_not_told_apart_by_what_is_answered(traveller: Traveller) -> None:
    pages = set()
    for name in ("no algorithm", "another audience", "no nonce", "expired", "bit 0 of the signature"):
        traveller.microsoft.make = FORGED[name]
        pages.add(traveller.sign_in().text)

    assert len(pages) == 1


def test_there_are_enough_of_them_and_an_honest_one_is_accepted(traveller: Traveller) -> None:
    assert len(FORGED) >= 40
    assert traveller.sign_in().status_code == 200


@pytest.mark.parametrize("changes", [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct"}, {"n": "AQAB"}])
def test_a_key_that_is_not_for_signing_such_tokens_does_not_count(
    traveller: Traveller, changes: dict[str, str]
) -> None:
    traveller.microsoft.key_changes = changes

    assert traveller.sign_in().status_code == 503
    assert not traveller.is_signed_in()


def test_a_key_counts_for_its_own_issuer_only(traveller: Traveller) -> None:
    traveller.microsoft.key_changes = {"issuer": traveller.microsoft.issuer(OTHER_TENANT)}

    assert traveller.sign_in().status_code == 401
