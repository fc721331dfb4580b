"""TLS: the certificate must be the name's."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from flow8.kit import Failed
from flow8.kit.outbound import HttpClient
from flow8.kit.outbound.dial import Found
from flow8.kit.outbound.tls import secured, trust
from tests.flow8.kit.outbound.servers import (
    LOOPBACK,
    Answer,
    Authority,
    Server,
    authority_for,
    scripted,
    serving,
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority_for("shop.example", tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def server(authority: Authority) -> Iterator[Server]:
    with serving(lambda _: Answer(body=b"hello"), tls=authority.server) as running:
        yield running


def a_client(server: Server, authorities: str) -> HttpClient:
    def resolve(_host: str, _port: int) -> list[Found]:
        return [(socket.AF_INET, ("127.0.0.1", server.port))]

    return HttpClient(LOOPBACK, resolve=resolve, authorities=authorities)


def get(client: HttpClient, url: str) -> bytes:
    answer = client.send("GET", url, headers={}, body=None, seconds=5, follow_redirects=False, max_bytes=1000)
    return answer.body


def test_the_name_is_what_the_certificate_must_show_though_the_address_is_connected(
    server: Server, authority: Authority
) -> None:
    body = get(a_client(server, authority.pem), f"https://shop.example:{server.port}/")

    assert body == b"hello"
    assert server.seen[0].headers["host"] == f"shop.example:{server.port}"


def test_a_dot_at_the_end_of_the_name_changes_nothing(server: Server, authority: Authority) -> None:
    assert get(a_client(server, authority.pem), f"https://shop.example.:{server.port}/") == b"hello"


def test_the_certificate_of_another_name_is_refused_for_good(server: Server, authority: Authority) -> None:
    with pytest.raises(Failed, match=r"The certificate of other.example is not right") as refused:
        get(a_client(server, authority.pem), f"https://other.example:{server.port}/")

    assert (refused.value.final, refused.value.code) == (True, "BAD_CERTIFICATE")
    assert server.seen == []


def test_a_certificate_of_an_unknown_authority_is_refused(server: Server) -> None:
    with pytest.raises(Failed, match="is not right") as refused:
        get(a_client(server, ""), f"https://shop.example:{server.port}/")

    assert refused.value.code == "BAD_CERTIFICATE"


def test_a_kept_connection_under_tls_is_used_again(server: Server, authority: Authority) -> None:
    client = a_client(server, authority.pem)

    for _ in range(3):
        get(client, f"https://shop.example:{server.port}/")

    assert len({seen.connection for seen in server.seen}) == 1


def test_a_server_without_tls_is_told_so() -> None:
    with serving() as plain, pytest.raises(Failed, match=r"No TLS with plain.example") as refused:
        get(a_client(plain, ""), f"https://plain.example:{plain.port}/")

    assert not refused.value.final


def test_a_handshake_that_never_comes_ends_in_time() -> None:
    done = threading.Event()
    with scripted(lambda _: _wait(done)) as port:
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        started = time.monotonic()

        with pytest.raises(Failed) as refused:
            secured(connection, "slow.example", "", started + 0.2)

        assert time.monotonic() - started < 3
        done.set()
    assert refused.value.code == "TIMEOUT"


def _wait(done: threading.Event) -> None:
    done.wait(20)


def test_a_machine_without_authorities_of_its_own_trusts_the_usual_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/certificates.pem")
    monkeypatch.setenv("SSL_CERT_DIR", "/nowhere")

    context = trust.__wrapped__("")

    assert context.cert_store_stats()["x509_ca"] > 50
