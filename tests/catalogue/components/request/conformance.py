"""What every provider of the kind `request` keeps; a provider's test inherits from the class."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest

from flow8.kit import Failed, Request, RequestResponse

ROOM = 1_000_000

Calls = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Asked:
    """A request as the other side saw it."""

    method: str
    path: str
    body: bytes


@dataclass(frozen=True)
class Opened:
    """A provider in front of a server that answers from recordings: where it is, and what it saw."""

    request: Request
    base: str
    asked: Callable[[], list[Asked]]

    def send(self, method: str, path: str, body: bytes | None = None, **more: Any) -> RequestResponse:
        settings: dict[str, Any] = {"seconds": 10.0, "follow_redirects": False, "max_bytes": ROOM, **more}
        return self.request.send(method, self.base + path, headers={"X-A": "1"}, body=body, **settings)


Open = Callable[[Calls], AbstractContextManager[Opened]]
"""Recordings name `method` (GET), `path`, `status` (200), `headers`, and a text as `body`."""


class RequestConformance:
    """Give a fixture `opening`: it opens the provider in front of a server with these recordings."""

    @pytest.fixture
    def opening(self) -> Open:
        raise NotImplementedError

    def test_the_answer_comes_whole(self, opening: Open) -> None:
        call = {"path": "/a?b=c", "status": 201, "headers": {"X-Word": "yes"}, "body": "hello"}
        with opening([call]) as opened:
            answer = opened.send("GET", "/a?b=c")

            assert (answer.status, answer.body, answer.url) == (201, b"hello", f"{opened.base}/a?b=c")
            assert answer.headers["x-word"] == "yes"

    def test_names_of_headers_are_lower(self, opening: Open) -> None:
        with opening([{"path": "/", "headers": {"X-UPPER": "Stays As It Is"}}]) as opened:
            headers = opened.send("GET", "/").headers

        assert headers["x-upper"] == "Stays As It Is"
        assert [name for name in headers if name != name.lower()] == []

    @pytest.mark.parametrize("status", [204, 301, 404, 500])
    def test_no_status_is_a_failure(self, opening: Open, status: int) -> None:
        with opening([{"path": "/", "status": status}]) as opened:
            assert opened.send("GET", "/").status == status

    def test_what_is_sent_arrives(self, opening: Open) -> None:
        calls = [{"method": "POST", "path": "/a"}, {"method": "DELETE", "path": "/b"}]
        with opening(calls) as opened:
            opened.send("POST", "/a", b"\x00data")
            opened.send("DELETE", "/b")

            assert opened.asked() == [Asked("POST", "/a", b"\x00data"), Asked("DELETE", "/b", b"")]

    def test_head_has_no_body(self, opening: Open) -> None:
        with opening([{"method": "HEAD", "path": "/", "body": "hidden"}]) as opened:
            assert opened.send("HEAD", "/").body == b""

    def test_an_answer_of_the_limit_passes_and_one_byte_more_is_refused(self, opening: Open) -> None:
        with opening([{"path": "/", "body": "12345"}] * 2) as opened:
            assert opened.send("GET", "/", max_bytes=5).body == b"12345"
            with pytest.raises(Failed, match="The answer is larger than 4 bytes") as failed:
                opened.send("GET", "/", max_bytes=4)

        assert (failed.value.final, failed.value.code) == (True, "TOO_LARGE")

    def test_without_time_there_is_no_answer(self, opening: Open) -> None:
        with opening([{"path": "/"}]) as opened, pytest.raises(Failed) as failed:
            opened.send("GET", "/", seconds=-1.0)

        assert (failed.value.final, failed.value.code) == (False, "TIMEOUT")
