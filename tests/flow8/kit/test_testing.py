"""What authors test modules with keeps the promises of the real things."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from flow8.kit import (
    Context,
    Delay,
    Effect,
    Example,
    Failed,
    Fields,
    Files,
    Kv,
    KvValue,
    Request,
    Storage,
    field,
    module,
)
from flow8.kit.mail import message_of, recipients_of
from flow8.kit.testing import FakeContext, FakeRequest, MemoryKv, MemoryMail, MemoryStorage, run_example
from tests.catalogue.components.mail import conformance as mail
from tests.catalogue.components.mail.conformance import MailConformance
from tests.catalogue.components.request.conformance import Asked, Calls, Open, Opened, RequestConformance
from tests.catalogue.components.storage.conformance import StorageConformance
from tests.flow8.kit.files_conformance import FilesConformance
from tests.flow8.kit.kv_conformance import KvConformance

BASE = "http://recorded.example"


class TestMemoryStorage(StorageConformance):
    @pytest.fixture
    def storage(self) -> Storage:
        return MemoryStorage()


class TestMemoryMail(MailConformance):
    @pytest.fixture
    def opening(self) -> mail.Open:
        @contextmanager
        def opened() -> Iterator[mail.Opened]:
            memory = MemoryMail()
            yield mail.Opened(
                memory,
                lambda: [
                    (tuple(recipients_of(each)), message_of(each, "flow8@example.com"))
                    for each in memory.sent
                ],
            )

        return opened


class TestFakeRequest(RequestConformance):
    @pytest.fixture
    def opening(self) -> Open:
        @contextmanager
        def opened(calls: Calls) -> Iterator[Opened]:
            fake = FakeRequest([{**call, "url": f"{BASE}{call['path']}"} for call in calls])
            yield Opened(
                fake,
                BASE,
                lambda: [
                    Asked(each.method, each.url.removeprefix(BASE), each.body or b"") for each in fake.sent
                ],
            )

        return opened


class Args(Fields):
    """Where to look."""

    url: str = field("The address.")


class Out(Fields):
    """What was seen."""

    seen: str = field("The answer and the file.")


def _look(args: Args, ctx: Context) -> Out:
    answer = ctx.request.send(
        "GET", args.url, headers={}, body=None, seconds=1, follow_redirects=False, max_bytes=100
    )
    return Out(seen=answer.body.decode() + ctx.storage.read("a", max_bytes=100).decode())


CALL = {"url": "http://a/", "body": "hello "}
EXAMPLE = Example("One", {"url": "http://a/"}, {"seen": "hello world"}, files={"a": "world"}, calls=(CALL,))
look = module(EXAMPLE, needs=("request", "storage"), effect=Effect.READ)(_look)


def test_an_example_is_run_with_its_files_and_calls() -> None:
    assert run_example(look, EXAMPLE) == {"seen": "hello world"}


def test_a_recording_that_nobody_asked_for_is_an_error_of_the_example() -> None:
    unused = Example("Two", EXAMPLE.args, EXAMPLE.output, files=EXAMPLE.files, calls=(CALL, CALL))

    with pytest.raises(AssertionError, match="-look never asked for"):
        run_example(look, unused)


def test_a_request_without_a_recording_is_an_error_of_the_example() -> None:
    with pytest.raises(AssertionError, match="no recording for GET http://b/"):
        run_example(look, Example("Three", {"url": "http://b/"}, {}, calls=(CALL,)))


def test_args_of_an_example_meet_the_form() -> None:
    with pytest.raises(Failed, match="url: is missing"):
        run_example(look, Example("Four", {}, {}))


@pytest.mark.parametrize(
    ("returned", "what"), [(None, "None"), ({"seen": "x"}, "dict"), (Delay(milliseconds=1), "Delay")]
)
def test_what_is_returned_is_what_the_hint_says(returned: Any, what: str) -> None:
    def forget(args: Args, _ctx: Context) -> Out:
        found: Out = returned if args.url else Out(seen="")
        return found

    told = f"^it returned {what}; every way through it returns Out, as its hint says$"
    with pytest.raises(AssertionError, match=told):
        run_example(module(EXAMPLE)(forget), Example("Five", EXAMPLE.args, {"seen": "x"}))


def test_the_example_of_an_order_is_the_order() -> None:
    def wait(args: Args, _ctx: Context) -> Delay:
        return Delay(milliseconds=len(args.url))

    assert run_example(module(EXAMPLE, gives=Out)(wait), Example("Six", {"url": "abc"}, {})) == {
        "milliseconds": 3
    }


def get(request: Request) -> tuple[bytes, str | None]:
    answer = request.send(
        "GET", "http://a/", headers={}, body=None, seconds=1, follow_redirects=False, max_bytes=100
    )
    return answer.body, answer.headers.get("content-type")


def test_a_recorded_value_is_sent_as_json_and_bytes_as_they_are() -> None:
    fake = FakeRequest(
        [
            {"url": "http://a/", "body": {"a": [1]}},
            {"url": "http://a/", "body": {"base64": "AP8="}, "headers": {"Content-Type": "a/b"}},
            {"url": "http://a/", "body": [], "headers": {"Content-Type": "application/problem+json"}},
        ]
    )

    assert [get(fake), get(fake), get(fake)] == [
        (b'{"a": [1]}', "application/json"),
        (b"\x00\xff", "a/b"),
        (b"[]", "application/problem+json"),
    ]


def test_a_context_has_a_key_a_clock_and_a_log() -> None:
    context = FakeContext(key="p1/step#2", seconds=60)
    context.log("looked")

    assert (context.key, context.logged) == ("p1/step#2", ["looked"])
    assert 50 < context.seconds_left() <= 60


class TestMemoryKv(KvConformance):
    @pytest.fixture
    def kv(self) -> Kv:
        return MemoryKv()


def test_entries_of_an_example_are_there_before_it_runs() -> None:
    assert FakeContext(entries={"cursor": 41}).kv.get("cursor") == KvValue(41, 1)


class TestMemoryFiles(FilesConformance):
    @pytest.fixture
    def files(self) -> Files:
        return FakeContext().files
