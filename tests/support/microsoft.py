"""A double of Microsoft's sign-in: the real protocol over HTTPS, strict about all that flow8 must send.

It signs in whomever a test says, and gives whatever ID token a test makes.
"""

import base64
import hashlib
import html
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.flow8.kit.outbound.servers import authority_for

TENANT: Final = "72f988bf-86f1-41af-91ab-2d7cd011db47"
OTHER_TENANT: Final = "9188040d-6c67-4c5b-b112-36a304b66dad"
CLIENT_ID: Final = "550e8400-e29b-41d4-a716-446655440000"
CLIENT_SECRET: Final = "the~client.secret-of-the-double"
OBJECT_ID: Final = "11111111-2222-4333-8444-555555555555"
ACCESS_TOKEN: Final = "an-access-token-that-nobody-may-keep"

Make = Callable[["Microsoft", dict[str, Any]], str]


def key_of_microsoft() -> rsa.RSAPrivateKey:
    """A key to sign with."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def sign(microsoft: "Microsoft", claims: dict[str, Any], **header: Any) -> str:
    """An honest token of these claims."""
    # Not jwt.encode, which would not sign some of what tests have it say.
    told = {"kid": microsoft.key_id, "typ": "JWT", **header}
    return jwt.PyJWS().encode(json.dumps(claims).encode(), microsoft.key, algorithm="RS256", headers=told)


@dataclass
class Asked:
    """What the front asked for when it sent a browser here."""

    nonce: str
    challenge: str
    redirect_uri: str
    used: bool = False


@dataclass
class Microsoft:
    """What a test sees and changes. `claims` go over the usual ones; one that is None is left out."""

    address: str
    bundle: Path
    redirect_uri: str
    key: rsa.RSAPrivateKey
    key_id: str = "key-1"
    claims: dict[str, Any] = field(default_factory=dict)
    make: Make = sign
    codes: dict[str, Asked] = field(default_factory=dict)
    key_changes: dict[str, Any] = field(default_factory=dict)
    asked_for_keys: int = 0
    granted: int = 0
    is_away: bool = False
    sends_on: bool = False
    sent_on: list[str] = field(default_factory=list)

    def settings(self, **more: str) -> dict[str, str]:
        """The settings of a flow8 whose people sign in here."""
        return {
            "OAUTH2_CLIENT_ID": CLIENT_ID,
            "OAUTH2_CLIENT_SECRET": CLIENT_SECRET,
            "OAUTH2_REDIRECT_URI": self.redirect_uri,
            "OAUTH2_AUTHORITY": self.address,
            "OAUTH2_TENANTS": TENANT,
            **more,
        }

    def issuer(self, tenant: str = TENANT) -> str:
        """Who issues the tokens of a tenant."""
        return f"{self.address}/{tenant}/v2.0"

    def usual(self, nonce: str) -> dict[str, Any]:
        """The claims of an honest token."""
        now = int(time.time())
        told = {
            "aud": CLIENT_ID,
            "iss": self.issuer(),
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "nonce": nonce,
            "oid": OBJECT_ID,
            "tid": TENANT,
            "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
            "ver": "2.0",
            "name": "Ada Lovelace",
            "preferred_username": "ada@contoso.example",
            **self.claims,
        }
        return {name: value for name, value in told.items() if value is not None}

    def visit(self, location: str) -> str:
        """Go where flow8 sends a browser, sign in, and tell the address that one is sent back to."""
        answer = requests.get(location, verify=str(self.bundle), timeout=10)
        assert answer.status_code == 200, answer.text
        found = re.search(r'href="([^"]+)"', answer.text)
        assert found is not None
        return html.unescape(found[1])

    # What the server does

    def authorize(self, query: str) -> tuple[int, str]:
        """The page on which somebody signs in, and what it leads to."""
        given = dict(parse_qsl(query, strict_parsing=True))
        wanted = {
            "client_id": CLIENT_ID,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "response_mode": "query",
            "code_challenge_method": "S256",
        }
        wrong = [name for name, value in wanted.items() if given.get(name) != value]
        wrong += [name for name in ("state", "nonce", "code_challenge") if len(given.get(name, "")) < 30]
        if wrong or "openid" not in given["scope"].split():
            return 400, f"wrong: {wrong} {given.get('scope')}"
        code = secrets.token_urlsafe(24)
        self.codes[code] = Asked(given["nonce"], given["code_challenge"], given["redirect_uri"])
        back = f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"
        return 200, f'<!doctype html><title>Microsoft</title><a id="go" href="{html.escape(back)}">Ada</a>'

    def token(self, body: str) -> tuple[int, dict[str, Any]]:
        """The tokens for a code, once, for whoever asked for it."""
        given = {name: values[0] for name, values in parse_qs(body).items()}
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000215: wrong secret"}
        asked = self.codes.get(given.get("code", ""))
        hashed = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
        if asked is None or asked.used or asked.redirect_uri != given.get("redirect_uri"):
            return 400, {"error": "invalid_grant", "error_description": "AADSTS54005: code was used"}
        if challenge != asked.challenge:
            return 400, {"error": "invalid_grant", "error_description": "AADSTS50148: wrong verifier"}
        asked.used = True
        self.granted += 1
        return 200, {
            "token_type": "Bearer",
            "scope": "openid profile email User.Read",
            "expires_in": 3599,
            "access_token": ACCESS_TOKEN,
            "id_token": self.make(self, self.usual(asked.nonce)),
        }

    def keys(self) -> dict[str, Any]:
        """The keys that tokens are signed with."""
        self.asked_for_keys += 1
        entry = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {
            "keys": [
                {"kty": "EC", "kid": "another-kind", "crv": "P-256", "x": "AA", "y": "AA"},
                {
                    **entry,
                    "kid": self.key_id,
                    "use": "sig",
                    "issuer": f"{self.address}/{{tenantid}}/v2.0",
                    **self.key_changes,
                },
            ]
        }


class Doubling(ThreadingHTTPServer):
    """A server that stands for a double."""

    microsoft: Microsoft


class Handler(BaseHTTPRequestHandler):
    """Hands requests on to the double."""

    server: Doubling

    @property
    def microsoft(self) -> Microsoft:
        """What this server stands for."""
        return self.server.microsoft

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self.microsoft.is_away:
            self._answer(500, "away", "text/plain")
        elif parts.path in _paths("oauth2/v2.0/authorize"):
            self._answer(*self.microsoft.authorize(parts.query), "text/html")
        elif parts.path in _paths("discovery/v2.0/keys"):
            self._answer(200, json.dumps(self.microsoft.keys()), "application/json")
        else:
            self._answer(404, "nothing here", "text/plain")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/elsewhere":
            self.microsoft.sent_on.append(body)
        if self.microsoft.sends_on:
            self._answer(307, "", "text/plain", Location="/elsewhere")
            return
        if self.path not in _paths("oauth2/v2.0/token") or self.microsoft.is_away:
            self._answer(404, "nothing here", "text/plain")
            return
        status, told = self.microsoft.token(body)
        self._answer(status, json.dumps(told), "application/json")

    def _answer(self, status: int, text: str, kind: str, **headers: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _paths(rest: str) -> tuple[str, ...]:
    """Where it stands for one tenant, and for every organisation."""
    return f"/{TENANT}/{rest}", f"/organizations/{rest}"


@contextmanager
def microsoft_for(redirect_uri: str, folder: Path, key: rsa.RSAPrivateKey) -> Iterator[Microsoft]:
    """A double that knows one application, which sends browsers back to this address."""
    authority = authority_for("localhost", folder)
    bundle = folder / "authority.pem"
    bundle.write_text(authority.pem)
    server = Doubling(("127.0.0.1", 0), Handler)
    server.socket = authority.server.wrap_socket(server.socket, server_side=True)
    made = Microsoft(f"https://localhost:{server.server_port}", bundle, redirect_uri, key)
    server.microsoft = made
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
