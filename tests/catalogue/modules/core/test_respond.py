"""Respond."""

import pytest

from catalogue.modules.core.respond import respond
from flow8.kit import Failed, Reply
from flow8.kit.binding import bind
from flow8.kit.testing import FakeContext


def test_the_answer_is_a_reply_so_that_the_channel_sends_it() -> None:
    reply = respond.run(
        bind(respond, {"status": 201, "headers": {"Location": "/orders/7"}, "body": [1]}), FakeContext()
    )

    assert reply == Reply(status=201, headers={"Location": "/orders/7"}, body=[1])


def test_without_a_word_the_answer_is_an_empty_200() -> None:
    assert respond.run(bind(respond, {}), FakeContext()) == Reply(status=200, headers={}, body=None)


@pytest.mark.parametrize("status", [0, 100, 199, 600, "ok"])
def test_a_status_that_no_answer_has_is_refused(status: object) -> None:
    with pytest.raises(Failed, match="Arguments are not right: status: should be") as failed:
        bind(respond, {"status": status})

    assert failed.value.final


def test_a_header_cannot_smuggle_in_another() -> None:
    with pytest.raises(Failed, match="stays on one line"):
        bind(respond, {"headers": {"X-Note": "a\r\nSet-Cookie: sid=1"}})
