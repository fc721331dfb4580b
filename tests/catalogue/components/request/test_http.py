"""HTTP: the kind's promises, and no way to an address that is not public."""

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from catalogue.components.request.http import Config, Http, http
from flow8.kit import Failed, RequestResponse, Surroundings
from tests.catalogue.components.request.conformance import Asked, Calls, Open, Opened, RequestConformance
from tests.catalogue.components.request.spellings import ELSEWHERE, LOCAL
from tests.flow8.kit.outbound.servers import LOOPBACK, Answer, Reply, Seen, Server, authority_for, serving


@pytest.fixture
def surroundings(tmp_path: Path) -> Surroundings:
    return Surroundings(files=tmp_path, outbound_allow=LOOPBACK)


@pytest.fixture
def guarded(tmp_path: Path) -> Http:
    return Http(Config(), Surroundings(files=tmp_path))


class TestHttp(RequestConformance):
    @pytest.fixture
    def opening(self, surroundings: Surroundings) -> Open:
        @contextmanager
        def opened(calls: Calls) -> Iterator[Opened]:
            with serving(_replaying(calls)) as server:
                yield Opened(
                    http.open(http.config(), surroundings),
                    server.url(""),
                    lambda: [Asked(each.method, each.path, each.body) for each in server.seen],
                )

        return opened


def _replaying(calls: Calls) -> Reply:
    left = list(calls)

    def reply(_seen: Seen) -> Answer:
        call = left.pop(0)
        return Answer(call.get("status", 200), call.get("headers", {}), call.get("body", "").encode())

    return reply


def get(provider: Http, url: str, **headers: str) -> RequestResponse:
    return provider.send(
        "GET", url, headers=headers, body=None, seconds=5, follow_redirects=True, max_bytes=10_000
    )


def attempt(provider: Http, url: str) -> str:
    """The body, or the code of the failure."""
    try:
        return get(provider, url).body.decode()
    except Failed as failed:
        return failed.code


@pytest.fixture(scope="module")
def canary() -> Iterator[Server]:
    """Listens on every address of this machine, IPv4 and IPv6, so that each spelling could reach it."""
    with serving(lambda _: Answer(body=b"reached"), host="::") as running:
        yield running


REFUSALS = {"ADDRESS_REFUSED", "BAD_ADDRESS", "NAME_NOT_FOUND"}


@pytest.mark.parametrize("spelling", LOCAL, ids=ascii)
def test_no_spelling_of_this_machine_is_reached(guarded: Http, canary: Server, spelling: str) -> None:
    assert attempt(guarded, spelling.format(port=canary.port)) in REFUSALS
    assert canary.seen == []


@pytest.mark.parametrize("spelling", LOCAL, ids=ascii)
def test_no_redirect_to_this_machine_is_followed(tmp_path: Path, canary: Server, spelling: str) -> None:
    """The first server is allowed by its one address; where it sends us is not."""
    location = spelling.format(port=canary.port).encode("ascii", "backslashreplace").decode()
    location = location.replace("\n", "").replace("127.0.0.2", "127.0.0.3").strip()
    provider = Http(Config(), Surroundings(tmp_path, (ip_network("127.0.0.2/32"),)))
    with serving(
        lambda seen: Answer(302, {"Location": location} if seen.path == "/" else {}), host="127.0.0.2"
    ) as first:
        outcome = attempt(provider, first.url())

    assert outcome in {*REFUSALS, ""}
    assert canary.seen == []


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_private_or_special_address_is_tried(guarded: Http, address: str) -> None:
    assert attempt(guarded, address) == "ADDRESS_REFUSED"


def test_most_spellings_do_reach_this_machine_once_its_owner_allows_it(
    tmp_path: Path, canary: Server
) -> None:
    """Shows that the refusals above are the guard's doing, not a canary nobody could hit."""
    everything = (ip_network("0.0.0.0/0"), ip_network("::/0"))
    provider = Http(Config(), Surroundings(tmp_path, everything))

    outcomes = [attempt(provider, spelling.format(port=canary.port)) for spelling in LOCAL]

    assert outcomes.count("reached") > 25
    assert len(canary.seen) == outcomes.count("reached")
    canary.seen.clear()


def test_the_refusal_tells_how_to_allow_the_address(guarded: Http) -> None:
    with pytest.raises(Failed) as refused:
        get(guarded, "http://127.0.0.1:9/")

    assert refused.value.message == (
        "Address 127.0.0.1 is not public; list its network in OUTBOUND_ALLOW to allow it"
    )
    assert refused.value.final


def test_a_listed_network_is_reached_by_name_too(surroundings: Surroundings) -> None:
    with serving(lambda _: Answer(body=b"hello")) as server:
        assert attempt(Http(Config(), surroundings), server.url(host="localhost")) == "hello"


def test_a_user_agent_is_sent_and_answers_are_asked_for_uncompressed(surroundings: Surroundings) -> None:
    with serving() as server:
        get(Http(Config(user_agent="order bot"), surroundings), server.url())

    sent = server.seen[0].headers
    assert (sent["user-agent"], sent["accept-encoding"], sent["accept"]) == ("order bot", "identity", "*/*")


def test_headers_of_the_flow_win_whatever_their_case(surroundings: Surroundings) -> None:
    with serving() as server:
        get(Http(Config(), surroundings), server.url(), **{"user-AGENT": "mine"})

    assert server.seen[0].headers["user-agent"] == "mine"


def test_an_authority_of_the_owner_is_trusted(surroundings: Surroundings, tmp_path: Path) -> None:
    authority = authority_for("localhost", tmp_path)
    with serving(lambda _: Answer(body=b"secret"), tls=authority.server) as server:
        url = server.url(host="localhost")
        outcomes = [attempt(Http(Config(authorities=pem), surroundings), url) for pem in ("", authority.pem)]

    assert outcomes == ["BAD_CERTIFICATE", "secret"]


def test_what_is_no_certificate_is_refused_when_the_component_is_configured() -> None:
    with pytest.raises(ValidationError, match="is not a list of PEM certificates"):
        Config(authorities="-----BEGIN nothing")
