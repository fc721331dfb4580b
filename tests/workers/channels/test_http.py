"""HTTP on the port of a channel, spoken to a real worker."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest

from tests.support.channels import TOKEN
from tests.support.crew import Crew
from tests.support.factories import a_flow
from tests.support.system import Answer, until

pytestmark = pytest.mark.journey

ECHO = a_flow({"ref": "echo", "appId": "var", "args": {"values": {"args": "{{ $args }}"}}}, flow="echo")
HEAD = (
    f"POST /orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
)
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def port(shared_crew: Crew) -> int:
    """The port of a channel that gives back the args it gets."""
    return shared_crew.serve(ECHO)


@pytest.fixture
def line(port: int) -> Iterator[socket.socket]:
    """A connection to it."""
    with socket.create_connection(("127.0.0.1", port), 20) as opened:
        yield opened


def receive(line: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """The next answer: status, headers, body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        if not piece:
            raise EOFError(data)
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in rest)}
    while len(body) < int(headers.get("content-length", 0)):
        body += line.recv(65536)
    return int(first.split()[1]), headers, body


def is_closed(line: socket.socket) -> bool:
    """Whether the other side has closed."""
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


def with_body(body: bytes, more: str = "") -> bytes:
    return f"{HEAD}{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


def test_a_connection_serves_one_request_after_another(line: socket.socket) -> None:
    answers = []
    for number in range(3):
        line.sendall(with_body(json.dumps({"n": number}).encode()))
        answers.append(receive(line))

    assert [json.loads(body) for _, _, body in answers] == [{"args": {"n": number}} for number in range(3)]
    assert {headers.get("connection") for _, headers, _ in answers} == {None}


def test_requests_sent_at_once_are_answered_in_order(line: socket.socket) -> None:
    line.sendall(with_body(b'{"n":1}') + with_body(b'{"n":2}'))

    assert [json.loads(receive(line)[2])["args"]["n"] for _ in range(2)] == [1, 2]


def test_a_client_that_wants_to_close_is_closed(line: socket.socket) -> None:
    line.sendall(with_body(b"{}", "Connection: close\r\n"))

    assert receive(line)[1]["connection"] == "close"
    assert is_closed(line)


def test_an_old_client_may_keep_its_connection(line: socket.socket) -> None:
    old = with_body(b"{}", "Connection: keep-alive\r\n").replace(b"HTTP/1.1", b"HTTP/1.0")

    line.sendall(old + old)

    assert [receive(line)[1]["connection"] for _ in range(2)] == ["keep-alive", "keep-alive"]


def test_a_chunked_body_is_read(line: socket.socket) -> None:
    line.sendall(
        f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode() + b'4\r\n{"n"\r\n3;x=y\r\n:1}\r\n0\r\n\r\n'
    )
    chunked = receive(line)
    line.sendall(with_body(b'{"n":2}'))

    assert json.loads(chunked[2]) == {"args": {"n": 1}}
    assert json.loads(receive(line)[2]) == {"args": {"n": 2}}


def test_a_body_over_a_mebibyte_is_read(line: socket.socket) -> None:
    text = "x" * (MEBIBYTE + 1000)

    line.sendall(with_body(json.dumps({"text": text}).encode()))

    status, _, body = receive(line)
    assert (status, json.loads(body)) == (200, {"args": {"text": text}})


def test_a_client_that_asks_first_is_told_to_go_on(line: socket.socket) -> None:
    request = with_body(b"{}", "Expect: 100-continue\r\n")

    line.sendall(request[:-2])
    first = line.recv(1000)
    line.sendall(request[-2:])

    assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert receive(line)[0] == 200


def test_a_client_that_may_not_come_in_is_not_told_to_go_on(line: socket.socket) -> None:
    line.sendall(
        b"POST /orders HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n"
    )

    status, headers, _ = receive(line)

    assert (status, headers["connection"]) == (401, "close")


def test_a_body_over_the_limit_is_refused_before_it_is_sent(line: socket.socket) -> None:
    line.sendall(f"{HEAD}Content-Length: {3 * MEBIBYTE}\r\n\r\n".encode())

    status, headers, body = receive(line)

    assert (status, headers["connection"], json.loads(body)["error"]) == (413, "close", "TOO_LARGE")
    assert "2 MiB" in json.loads(body)["message"]


def test_a_chunked_body_over_the_limit_is_refused_when_it_is_reached(line: socket.socket) -> None:
    line.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
    chunk = b"10000\r\n" + b"1" * 65536 + b"\r\n"
    for _ in range(33):
        line.sendall(chunk)

    status, headers, body = receive(line)

    assert (status, headers["connection"], json.loads(body)["error"]) == (413, "close", "TOO_LARGE")


@pytest.mark.parametrize(
    "request_text",
    [
        HEAD + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        HEAD + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + "Content-Length: +2\r\n\r\n{}",
        HEAD + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        HEAD + "Content-Length : 2\r\n\r\n{}",
        HEAD + "no colon\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + "X: 1\rContent-Length: 2\r\n\r\n{}",
        HEAD.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD.replace(" HTTP", "  HTTP") + "Content-Length: 2\r\n\r\n{}",
        HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /orders HTTP/2.0\r\nHost: x\r\n\r\n",
        "GET /orders\r\n\r\n",
        "nonsense\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    ],
)
def test_what_is_not_plain_http_is_refused_and_closed(line: socket.socket, request_text: str) -> None:
    line.sendall(request_text.encode("latin-1"))

    status, headers, body = receive(line)

    assert (status, headers["connection"], json.loads(body)["error"]) == (400, "close", "MALFORMED")
    assert is_closed(line)


def test_a_request_line_has_a_limit(line: socket.socket) -> None:
    line.sendall(f"GET /{'x' * 9000} HTTP/1.1\r\n\r\n".encode())

    assert receive(line)[0] == 414


@pytest.mark.parametrize("more", ["".join(f"X-{n}: 1\r\n" for n in range(120)), f"X: {'x' * 70_000}\r\n"])
def test_headers_have_a_limit(line: socket.socket, more: str) -> None:
    line.sendall(with_body(b"{}", more))

    status, _, body = receive(line)

    assert (status, json.loads(body)["error"]) == (431, "HEADERS_TOO_LARGE")


def test_a_head_request_with_a_body_is_refused(line: socket.socket) -> None:
    line.sendall(with_body(b"{}").replace(b"POST", b"HEAD", 1))

    with suppress(ConnectionResetError):
        assert line.recv(65536).startswith(b"HTTP/1.1 400")
    assert is_closed(line)


def test_an_answer_to_head_has_no_body(line: socket.socket) -> None:
    line.sendall(with_body(b"").replace(b"POST", b"HEAD", 1) + with_body(b"{}"))

    line.settimeout(5)
    data = b""
    while b'{"args":{}}' not in data:
        data += line.recv(65536)
    assert data.startswith(b"HTTP/1.1 405")
    assert b"METHOD_NOT_ALLOWED" not in data


def test_a_client_too_slow_with_its_body_is_told(line: socket.socket) -> None:
    began = time.monotonic()
    line.sendall(with_body(b'{"n": 1}')[:-3])

    status, headers, body = receive(line)

    assert (status, headers["connection"], json.loads(body)["error"]) == (408, "close", "REQUEST_TIMEOUT")
    assert 1.5 < time.monotonic() - began < 15


def test_a_client_that_drips_its_headers_is_let_go(line: socket.socket) -> None:
    line.sendall(b"POST /orders HTTP/1.1\r\n")

    with pytest.raises((EOFError, OSError)):
        drip(line)


def drip(line: socket.socket) -> None:
    line.settimeout(0.2)
    for number in range(60):
        line.sendall(f"X-{number}: 1\r\n".encode())
        try:
            status = receive(line)[0]
        except TimeoutError:
            continue
        assert status == 408
        raise EOFError


def test_a_body_that_ends_early_starts_nothing(shared_crew: Crew, port: int) -> None:
    plays = shared_crew.engine.store.database["plays"]
    before = plays.count_documents({})
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        line.sendall(with_body(b'{"n": 1}')[:-3])
        line.shutdown(socket.SHUT_WR)

        assert receive(line)[0] == 400

    assert plays.count_documents({}) == before


def test_path_parameters_and_query_come_decoded_once(shared_crew: Crew) -> None:
    flow = shared_crew.publish({**ECHO, "flow": "echo-path"})
    port = shared_crew.open_channel(flow, http_method="GET", path="/orders/{id}/{name}").channel.port
    until(lambda: shared_crew.answers(port, "/orders/1/2"))

    answer = shared_crew.ask(port, method="GET", path="/orders/A%2F%2541/J%C3%BCrgen")

    assert answer.json == {"args": {"id": "A/%41", "name": "Jürgen"}}


def test_more_plays_than_the_pool_has_room_for_are_refused(shared_crew: Crew) -> None:
    steps = [shared_crew.stage.probe("slow", seconds=1.5)]
    port = shared_crew.serve(a_flow(*steps, flow="slow"), timeout_seconds=20)
    shared_crew.rest()

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: shared_crew.ask(port, {}), range(5)))

    assert sorted(answer.status for answer in answers) == [200, 200, 200, 503, 503]
    refused = next(answer for answer in answers if answer.status == 503)
    assert (refused.json["error"], refused.headers["Retry-After"]) == ("POOL_FULL", "5")


def test_plays_whose_callers_went_on_still_fill_the_pool(shared_crew: Crew) -> None:
    steps = [shared_crew.stage.probe("slow", seconds=2.5)]
    port = shared_crew.serve(a_flow(*steps, flow="slower"), timeout_seconds=1)
    shared_crew.rest()

    with ThreadPoolExecutor(3) as pool:
        first = list(pool.map(lambda _: shared_crew.ask(port, {}), range(3)))
    fourth = shared_crew.ask(port, {})

    assert [answer.status for answer in [*first, fourth]] == [202, 202, 202, 503]
    until(lambda: shared_crew.ask(port, {}).status == 202, 30, "room in the pool")


def test_a_fault_of_ours_is_told_to_the_log_and_not_to_the_caller(shared_crew: Crew) -> None:
    flow = shared_crew.publish(a_flow(flow="broken"))
    port = shared_crew.open_channel(flow).channel.port
    until(lambda: shared_crew.answers(port))
    shared_crew.engine.store.database["flows"].update_one({"_id": flow.id}, {"$set": {"draft": "{broken"}})

    answer = shared_crew.ask(port, {})

    assert (answer.status, answer.json["error"], answer.json["details"]) == (500, "INTERNAL", [])
    assert "JSON" not in answer.text
    line = f"request {answer.json['requestId']} to channel"
    until(lambda: line in shared_crew.workers[0].output, 30, "a word in the log")


def test_requests_are_logged_without_their_query(shared_crew: Crew, port: int) -> None:
    shared_crew.ask(port, {}, path="/orders?token=secret")

    lines = [
        each for each in shared_crew.workers[0].output.splitlines() if " DEBUG http POST /orders 200 " in each
    ]
    assert lines
    assert "secret" not in shared_crew.workers[0].output


def test_few_large_bodies_are_read_at_once(shared_crew: Crew, port: int) -> None:
    unfinished = with_body(b" " * (3 * MEBIBYTE // 2))[: 5 * MEBIBYTE // 4]
    with ExitStack() as lines:
        for _ in range(8):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", port), 20))
            line.sendall(unfinished)

        refused = until(lambda: _is_refused(shared_crew, port), 30, "a refusal")

    assert (refused.json["error"], refused.headers["Retry-After"]) == ("POOL_FULL", "5")


def _is_refused(crew: Crew, port: int) -> Answer | None:
    answer = crew.ask(port, {"text": "x" * MEBIBYTE})
    return answer if answer.status == 503 else None


def test_connections_beyond_the_limit_wait_for_others_to_leave(port: int) -> None:
    with ExitStack() as lines:
        others = [lines.enter_context(socket.create_connection(("127.0.0.1", port), 20)) for _ in range(30)]
        last = lines.enter_context(socket.create_connection(("127.0.0.1", port), 0.5))
        last.sendall(with_body(b"{}"))
        with pytest.raises(TimeoutError):
            last.recv(1)

        others[0].close()

        last.settimeout(10)
        assert receive(last)[0] == 200


def test_an_answer_takes_milliseconds(line: socket.socket) -> None:
    seconds = []
    for _ in range(30):
        began = time.monotonic()
        line.sendall(with_body(b"{}"))
        receive(line)
        seconds.append(time.monotonic() - began)

    assert min(seconds) < 0.03
