"""Who may come in through a channel."""

import pytest

from flow8.errors import Unauthorized
from flow8.ingress.guard import admit
from tests.support.channels import TOKEN, a_channel


@pytest.mark.parametrize("authorization", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"  BEARER   {TOKEN} "])
def test_the_token_opens_the_channel(authorization: str) -> None:
    admit(a_channel(), {"authorization": authorization})


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
        admit(a_channel(), {"authorization": authorization})


def test_a_request_without_headers_is_refused() -> None:
    with pytest.raises(Unauthorized):
        admit(a_channel(), {})


def test_a_public_channel_is_open() -> None:
    admit(a_channel(auth_mode="public", token_digest=None), {})


@pytest.mark.parametrize("token_digest", [None, ""])
def test_a_channel_without_a_token_is_shut_not_open(token_digest: str | None) -> None:
    with pytest.raises(Unauthorized):
        admit(a_channel(token_digest=token_digest), {"authorization": "Bearer "})


def test_a_way_to_sign_in_that_is_not_known_here_is_shut() -> None:
    with pytest.raises(Unauthorized):
        admit(a_channel(auth_mode="hmac"), {"authorization": f"Bearer {TOKEN}"})
