"""Microsoft's keys: fetched when needed, kept, and asked for again no more often than they may be."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flow8.errors import Unavailable
from flow8.services import microsoft_keys
from flow8.services.microsoft_keys import FRESH_SECONDS, LONGEST_SECONDS, PAUSE_SECONDS, SigningKeys
from tests.support.microsoft import TENANT, Microsoft, key_of_microsoft, microsoft_for


class Clock:
    """Time as the test has it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that keys grow old by."""
    made = Clock()
    monkeypatch.setattr(microsoft_keys, "time", made)
    return made


@pytest.fixture(scope="module")
def double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Microsoft]:
    """One for all: a key takes long to make."""
    folder: Path = tmp_path_factory.mktemp("microsoft")
    with microsoft_for("http://localhost:4454/auth/callback", folder, key_of_microsoft()) as made:
        yield made


@pytest.fixture
def keys(double: Microsoft, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> SigningKeys:
    """Keys that nobody asked for yet."""
    monkeypatch.setenv("SSL_CERT_FILE", str(double.bundle))
    double.asked_for_keys, double.is_away, double.key_id = 0, False, "key-1"
    assert clock.now == 1000
    return SigningKeys(f"{double.address}/{TENANT}/discovery/v2.0/keys")


def test_keys_are_fetched_once_and_again_after_hours(
    keys: SigningKeys, double: Microsoft, clock: Clock
) -> None:
    found = [keys.find("key-1") for _ in range(3)]
    clock.now += FRESH_SECONDS + 1
    keys.find("key-1")

    assert all(found)
    assert double.asked_for_keys == 2


def test_a_key_that_microsoft_has_only_now_is_asked_for(
    keys: SigningKeys, double: Microsoft, clock: Clock
) -> None:
    keys.find("key-1")
    double.key_id = "key-2"
    clock.now += PAUSE_SECONDS + 1

    assert keys.find("key-2") is not None
    assert keys.find("key-1") is None


def test_a_thousand_keys_that_nobody_has_make_us_ask_once_in_the_pause(
    keys: SigningKeys, double: Microsoft, clock: Clock
) -> None:
    keys.find("key-1")
    clock.now += PAUSE_SECONDS + 1

    assert [keys.find(f"made-up-{each}") for each in range(1000)] == [None] * 1000
    assert double.asked_for_keys == 2


def test_keys_count_for_a_day_while_microsoft_is_away_and_no_longer(
    keys: SigningKeys, double: Microsoft, clock: Clock
) -> None:
    keys.find("key-1")
    double.is_away = True
    clock.now += LONGEST_SECONDS - 1

    assert keys.find("key-1") is not None
    clock.now += 2
    with pytest.raises(Unavailable):
        keys.find("key-1")


def test_without_any_key_nobody_can_be_checked(keys: SigningKeys, double: Microsoft) -> None:
    double.is_away = True

    with pytest.raises(Unavailable):
        keys.find("key-1")


def test_what_cannot_be_reached_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        SigningKeys("https://127.0.0.1:9/keys").find("key-1")
