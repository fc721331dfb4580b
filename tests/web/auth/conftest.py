"""A front whose people sign in by Microsoft, and the double that they are sent to."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from config.settings import load
from flow8.engine.engine import Engine
from tests.support.microsoft import Microsoft, key_of_microsoft, microsoft_for
from tests.support.travellers import Traveller
from tests.support.web import ADDRESS
from web.app import all_views, stand_over
from web.front import Front

Opened = Callable[..., Front]


@pytest.fixture(scope="session")
def signing_key() -> rsa.RSAPrivateKey:
    """Making one takes longer than a test."""
    return key_of_microsoft()


@pytest.fixture
def microsoft(
    tmp_path: Path, signing_key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Microsoft]:
    """A double whose certificate this process trusts."""
    with microsoft_for(f"{ADDRESS}/auth/callback", tmp_path, signing_key) as made:
        monkeypatch.setenv("SSL_CERT_FILE", str(made.bundle))
        yield made


@pytest.fixture
def opened(views: Front, engine: Engine, environment: dict[str, str], microsoft: Microsoft) -> Opened:
    """Makes a front with settings beside the usual ones of this double."""
    unused = [views]

    def make(**more: str) -> Front:
        front = unused.pop() if unused else all_views()
        settings = load({**environment, **microsoft.settings(**more)})
        stand_over(front, dataclasses.replace(engine, settings=settings))
        return front

    return make


@pytest.fixture
def traveller(opened: Opened, microsoft: Microsoft) -> Traveller:
    """Somebody at a front where the first sign-in makes a viewer."""
    app = opened(OAUTH2_CREATE_USERS="true", OAUTH2_DEFAULT_ROLE="viewer")
    return Traveller(app.test_client(), microsoft)
