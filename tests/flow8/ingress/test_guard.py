"""Who may come in through a channel."""

from dataclasses import replace
from typing import cast

import pytest

from flow8.engine.engine import Engine
from flow8.errors import Unauthorized, Unavailable
from flow8.ingress.guard import admit
from flow8.services.channel_rules import token_place
from flow8.store.channels import Channel
from flow8.vault import Vault
from tests.support.channels import TOKEN, a_channel
from tests.support.keys import OTHER_KEYS
from tests.support.vaults import a_vault

NO_KEYS = cast("Vault", None)
"""These channels have no sealed token, so nothing is opened."""


@pytest.mark.parametrize("authorization", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"  BEARER   {TOKEN} "])
def test_the_token_opens_the_channel(authorization: str) -> None:
    admit(NO_KEYS, a_channel(), {"authorization": authorization})


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        TOKEN,
        f"Basic {TOKEN}",
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer é",
    ],
)
def test_anything_but_the_token_is_refused(authorization: str) -> None:
    with pytest.raises(Unauthorized):
        admit(NO_KEYS, a_channel(), {"authorization": authorization})


def test_a_request_without_headers_is_refused() -> None:
    with pytest.raises(Unauthorized):
        admit(NO_KEYS, a_channel(), {})


def test_a_public_channel_is_open() -> None:
    admit(NO_KEYS, a_channel(auth_mode="public", token_digest=None), {})


@pytest.mark.parametrize("token_digest", [None, ""])
def test_a_channel_without_a_token_is_shut_not_open(token_digest: str | None) -> None:
    with pytest.raises(Unauthorized):
        admit(NO_KEYS, a_channel(token_digest=token_digest), {"authorization": "Bearer "})


def test_a_way_to_sign_in_that_is_not_known_here_is_shut() -> None:
    with pytest.raises(Unauthorized):
        admit(NO_KEYS, a_channel(auth_mode="hmac"), {"authorization": f"Bearer {TOKEN}"})


# Sealed tokens


def sealed(engine: Engine, token: str = TOKEN) -> Channel:
    channel = a_channel(token_digest=None)
    place = token_place(channel.company_id, channel.id)
    return replace(channel, sealed_token=engine.vault.seal(place, token))


def test_a_sealed_token_opens_its_channel_and_no_other(engine: Engine) -> None:
    channel = sealed(engine)

    admit(engine.vault, channel, {"authorization": f"Bearer {TOKEN}"})
    with pytest.raises(Unauthorized):
        admit(engine.vault, channel, {"authorization": f"Bearer {TOKEN}x"})
    with pytest.raises(Unauthorized):
        admit(
            engine.vault, sealed(engine, "another-token-of-the-tests"), {"authorization": f"Bearer {TOKEN}"}
        )


def test_a_token_is_opened_once_and_not_for_each_request(engine: Engine) -> None:
    channel = sealed(engine)
    admit(engine.vault, channel, {"authorization": f"Bearer {TOKEN}"})

    admit(a_vault(engine.store, OTHER_KEYS), channel, {"authorization": f"Bearer {TOKEN}"})


def test_a_token_that_was_moved_from_another_channel_lets_nobody_in(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    moved = replace(a_channel(token_digest=None), sealed_token=sealed(engine).sealed_token)

    with pytest.raises(Unavailable, match="cannot be used right now") as refused:
        admit(engine.vault, moved, {"authorization": f"Bearer {TOKEN}"})

    assert refused.value.error_code == "CHANNEL_UNAVAILABLE"
    assert "the token of channel 'orders' cannot be opened" in caplog.text


def test_wrong_keys_let_nobody_in_and_tell_strangers_nothing_of_keys(engine: Engine) -> None:
    channel = sealed(engine)

    with pytest.raises(Unavailable) as refused:
        admit(a_vault(engine.store, OTHER_KEYS), channel, {"authorization": f"Bearer {TOKEN}"})

    assert "ENCRYPTION" not in refused.value.message
