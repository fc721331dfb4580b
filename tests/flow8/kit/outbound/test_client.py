"""Redirects, names that change their mind, kept connections; against real servers on this machine."""

import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import NotConnected
from ipaddress import ip_network
from typing import Any

import pytest

from flow8.kit import Failed
from flow8.kit.outbound import HttpClient
from flow8.kit.outbound.dial import Found, Resolve, system_resolve
from flow8.kit.outbound.exchange import Sending
from flow8.kit.outbound.target import target_of
from tests.flow8.kit.outbound.sending import send
from tests.flow8.kit.outbound.servers import LOOPBACK, Answer, scripted, serving


def test_a_redirect_is_an_answer_unless_following_is_asked_for() -> None:
    with serving(lambda _: Answer(302, {"Location": "/next"})) as server:
        answer = send(server.url())

    assert (answer.status, answer.headers["location"], len(server.seen)) == (302, "/next", 1)


def moved(status: int) -> Any:
    return lambda seen: Answer(status, {"Location": "/new"}) if seen.path == "/" else Answer(body=b"here")


@pytest.mark.parametrize(
    ("status", "method", "after", "body"),
    [
        (301, "GET", "GET", b""),
        (301, "POST", "GET", b""),
        (302, "POST", "GET", b""),
        (302, "PUT", "PUT", b"data"),
        (303, "PUT", "GET", b""),
        (303, "HEAD", "HEAD", b""),
        (307, "POST", "POST", b"data"),
        (308, "DELETE", "DELETE", b"data"),
    ],
)
def test_a_redirect_is_followed_with_the_method_that_browsers_use(
    status: int, method: str, after: str, body: bytes
) -> None:
    sent = None if method in {"GET", "HEAD"} else b"data"
    with serving(moved(status)) as server:
        answer = send(server.url(), method, body=sent, headers={"Content-Type": "a/b"}, follow_redirects=True)

    last = server.seen[-1]
    assert (answer.status, answer.url) == (200, server.url("/new"))
    assert (last.method, last.path, last.body) == (after, "/new", body)
    assert ("content-type" in last.headers) is (after == method)


def test_eleven_redirects_are_too_many() -> None:
    with serving(lambda _: Answer(302, {"Location": "/again"})) as server, pytest.raises(Failed) as refused:
        send(server.url(), follow_redirects=True)

    assert (refused.value.code, len(server.seen)) == ("TOO_MANY_REDIRECTS", 11)


CREDENTIALS = {"Authorization": "Bearer s3cret", "Cookie": "sid=1", "X-Api-Key": "k", "Accept": "a/b"}


def test_credentials_stay_with_the_host_they_were_meant_for() -> None:
    with serving() as other, serving(lambda _: Answer(307, {"Location": other.url("/x")})) as server:
        send(server.url(), headers=CREDENTIALS, follow_redirects=True)

    assert server.seen[0].headers["authorization"] == "Bearer s3cret"
    assert other.seen[0].headers.keys() == {"host", "accept"}


def test_credentials_follow_within_their_host() -> None:
    with serving(moved(307)) as server:
        send(server.url(), headers=CREDENTIALS, follow_redirects=True)

    assert server.seen[1].headers["x-api-key"] == "k"


@pytest.mark.parametrize(
    "location", ["http://127.0.0.2:{port}/", "http://[::1]:{port}/", "//127.0.0.2:{port}/"]
)
def test_a_redirect_to_an_address_that_may_not_be_reached_is_refused(location: str) -> None:
    client = HttpClient([ip_network("127.0.0.1/32")])
    with serving(host="127.0.0.2") as canary:
        reply = Answer(302, {"Location": location.format(port=canary.port)})
        with serving(lambda _: reply) as server, pytest.raises(Failed) as refused:
            send(server.url(), client=client, follow_redirects=True)

    assert (refused.value.code, canary.seen) == ("ADDRESS_REFUSED", [])


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://a:b@127.0.0.1/"])
def test_a_redirect_to_anything_but_http_is_refused(location: str) -> None:
    with serving(lambda _: Answer(302, {"Location": location})) as server, pytest.raises(Failed) as refused:
        send(server.url(), follow_redirects=True)

    assert refused.value.code == "BAD_ADDRESS"


class Flipping:
    """A resolver whose name points to the allowed address and to the forbidden one in turns."""

    def __init__(self, *turns: Sequence[Found]) -> None:
        self._turns = turns
        self.asked = 0

    def __call__(self, _host: str, _port: int) -> Sequence[Found]:
        self.asked += 1
        return self._turns[(self.asked - 1) % len(self._turns)]


def test_a_name_that_is_bound_anew_between_check_and_use_reaches_nothing_forbidden() -> None:
    with serving(lambda _: Answer(body=b"allowed")) as server, serving(host="127.0.0.2") as canary:
        good = [(int(socket.AF_INET), ("127.0.0.1", server.port))]
        evil = [(int(socket.AF_INET), ("127.0.0.2", canary.port))]
        flipping = Flipping(good, evil, [*evil, *good])
        client = HttpClient([ip_network("127.0.0.1/32")], resolve=flipping)

        outcomes = [_outcome(client, server.port) for _ in range(300)]

    assert outcomes == ["allowed", "ADDRESS_REFUSED", "allowed"] * 100
    assert (flipping.asked, canary.seen) == (300, [])


def _outcome(client: HttpClient, port: int) -> str:
    try:
        return send(f"http://rebound.example:{port}/", client=client).body.decode()
    except Failed as failed:
        return failed.code


def counting(calls: list[str]) -> Resolve:
    def resolve(host: str, port: int) -> Sequence[Found]:
        calls.append(host)
        return system_resolve(host, port)

    return resolve


def test_reading_requests_share_a_connection_and_are_judged_each_time() -> None:
    asked: list[str] = []
    client = HttpClient(LOOPBACK, resolve=counting(asked))
    with serving() as server:
        for _ in range(5):
            send(server.url(), client=client)

    assert len({seen.connection for seen in server.seen}) == 1
    assert len(asked) == 5


def test_writing_requests_have_a_connection_of_their_own() -> None:
    client = HttpClient(LOOPBACK)
    with serving() as server:
        for method in ("GET", "POST", "POST"):
            send(server.url(), method, client=client)

    assert len({seen.connection for seen in server.seen}) == 3


def test_a_kept_connection_that_breaks_is_replaced_without_anyone_noticing() -> None:
    """The server answers once on each connection and drops it at the second request."""

    def once(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        connection.recv(1000)

    with scripted(once) as port:
        client = HttpClient(LOOPBACK)
        bodies = [send(f"http://127.0.0.1:{port}/", client=client).body for _ in range(4)]
        del client

    assert bodies == [b"ok"] * 4


def test_a_kept_connection_that_drips_is_left_at_the_deadline() -> None:
    def slower(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        connection.recv(1000)
        while True:
            connection.sendall(b"x")
            time.sleep(0.01)

    client = HttpClient(LOOPBACK)
    with scripted(slower) as port:
        send(f"http://127.0.0.1:{port}/", client=client)
        with pytest.raises(Failed) as late:
            send(f"http://127.0.0.1:{port}/", client=client, seconds=0.3)

    assert late.value.code == "TIMEOUT"


def test_a_connection_that_the_server_means_to_close_is_not_kept() -> None:
    client = HttpClient(LOOPBACK)
    with serving(lambda _: Answer(headers={"Connection": "close"})) as server:
        send(server.url(), client=client)

    assert client._pool._kept == {}


def test_a_connection_that_is_gone_never_finds_its_own_way_out() -> None:
    """http.client would look the name up again, and connect to whatever that says by then."""
    ours, theirs = socket.socketpair()
    with serving() as server, ours, theirs:
        sending = Sending("GET", target_of(server.url()), {}, None, time.monotonic() + 5, 100)
        wire = HttpClient(())._wire(ours, sending)
        wire.close()

        with pytest.raises(NotConnected):
            wire.request("GET", "/")

    assert server.seen == []


def test_many_threads_share_a_client() -> None:
    client = HttpClient(LOOPBACK)
    with serving(lambda seen: Answer(body=seen.path.encode())) as server, ThreadPoolExecutor(16) as threads:
        paths = [f"/{number}" for number in range(300)]
        bodies = list(threads.map(lambda path: send(server.url(path), client=client).body.decode(), paths))

    assert bodies == paths


GREENLETS = """
from gevent import monkey
monkey.patch_all()
import time
import gevent
from http.client import NotConnected
from ipaddress import ip_network
from flow8.kit import Failed
from flow8.kit.outbound import HttpClient
from tests.flow8.kit.outbound.servers import Answer, scripted, serving

client = HttpClient([ip_network("127.0.0.0/8")])
beats = []

def ask(url, seconds):
    try:
        answer = client.send("GET", url, headers={}, body=None, seconds=seconds, follow_redirects=False,
                             max_bytes=1000)
        return answer.body.decode()
    except Failed as failed:
        return failed.code

def beat():
    while True:
        beats.append(time.monotonic())
        gevent.sleep(0.01)

def drip(connection):
    connection.recv(1000)
    while True:
        connection.sendall(b"x")
        time.sleep(0.01)

with serving(lambda seen: Answer(body=b"ok")) as server, scripted(drip) as port:
    gevent.spawn(beat)
    quick = [gevent.spawn(ask, server.url(), 5) for _ in range(50)]
    slow = [gevent.spawn(ask, f"http://127.0.0.1:{port}/", 0.3) for _ in range(20)]
    started = time.monotonic()
    gevent.joinall(quick + slow)
    took = time.monotonic() - started
assert [each.value for each in quick] == ["ok"] * 50, [each.value for each in quick]
assert [each.value for each in slow] == ["TIMEOUT"] * 20, [each.value for each in slow]
assert took < 3, took
assert max(b - a for a, b in zip(beats, beats[1:])) < 0.5
print("fine")
"""


def test_many_greenlets_share_a_client_and_their_deadlines_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", GREENLETS],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("fine\n", "")
