"""From a name to a connected socket."""

import socket
import time
from collections.abc import Sequence
from ipaddress import ip_address

import pytest

from flow8.kit import Failed
from flow8.kit.outbound.dial import Candidate, Found, candidates, connect, system_resolve
from tests.flow8.kit.outbound.servers import LOOPBACK, serving


def soon(seconds: float = 5.0) -> float:
    return time.monotonic() + seconds


def fixed(*addresses: str) -> "list[Found]":
    return [(socket.AF_INET6 if ":" in each else socket.AF_INET, (each, 80)) for each in addresses]


def test_a_host_with_only_private_addresses_is_refused_with_the_way_to_allow_it() -> None:
    with pytest.raises(Failed) as refused:
        candidates("intern.example", 80, (), lambda *_: fixed("127.0.0.1", "10.0.0.1"), soon())

    assert refused.value.message == (
        "Address 127.0.0.1 is not public; list its network in OUTBOUND_ALLOW to allow it"
    )
    assert (refused.value.final, refused.value.code) == (True, "ADDRESS_REFUSED")


def test_among_mixed_addresses_only_those_that_may_be_reached_are_left() -> None:
    found = candidates("mixed.example", 80, (), lambda *_: fixed("127.0.0.1", "1.1.1.1", "::1"), soon())

    assert [each.address for each in found] == [ip_address("1.1.1.1")]


def test_an_unknown_name_may_be_tried_again() -> None:
    def unknown(*_: object) -> Sequence[Found]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(Failed) as refused:
        candidates("nowhere.example", 80, (), unknown, soon())

    assert (refused.value.final, refused.value.code) == (False, "NAME_NOT_FOUND")


def test_a_name_without_addresses_is_unknown() -> None:
    with pytest.raises(Failed, match=r"The name empty.example cannot be found"):
        candidates("empty.example", 80, (), lambda *_: [], soon())


def test_a_resolver_that_hangs_does_not_hold_the_caller_past_its_time() -> None:
    release = socket.socketpair()
    started = time.monotonic()

    with pytest.raises(Failed) as refused:
        candidates("slow.example", 80, (), lambda *_: fixed(str(release[0].recv(1))), soon(0.1))

    assert refused.value.code == "TIMEOUT"
    assert time.monotonic() - started < 2
    for end in release:
        end.close()


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1"])
def test_the_machines_resolver_reads_odd_spellings(spelling: str) -> None:
    assert {where[0] for _, where in system_resolve(spelling, 80)} == {"127.0.0.1"}


def test_the_next_address_is_tried_when_the_first_does_not_answer() -> None:
    with serving() as server, socket.create_server(("127.0.0.1", 0)) as closed:
        dead = closed.getsockname()
        closed.close()
        found = [
            Candidate(socket.AF_INET, ip_address("127.0.0.1"), dead),
            Candidate(socket.AF_INET, ip_address("127.0.0.1"), ("127.0.0.1", server.port)),
        ]

        connection, chosen = connect(found, LOOPBACK, soon())

    with connection:
        assert chosen == found[1]


def test_no_answer_may_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead = closed.getsockname()
    found = [Candidate(socket.AF_INET, ip_address("127.0.0.1"), dead)]

    with pytest.raises(Failed, match=r"Cannot connect to 127.0.0.1: Connection refused") as refused:
        connect(found, LOOPBACK, soon())

    assert not refused.value.final


def test_no_time_is_no_answer() -> None:
    found = [Candidate(socket.AF_INET, ip_address("127.0.0.1"), ("127.0.0.1", 9))]

    with pytest.raises(Failed, match="no answer in time"):
        connect(found, LOOPBACK, soon(-1))


def test_the_address_that_is_really_connected_is_judged_once_more() -> None:
    """0.0.0.0 reaches the machine itself: what was asked for is not what is connected."""
    with serving() as server:
        lie = Candidate(socket.AF_INET, ip_address("1.1.1.1"), ("0.0.0.0", server.port))  # noqa: S104 - asked for

        with pytest.raises(Failed) as refused:
            connect([lie], (), soon())

    assert refused.value.code == "ADDRESS_REFUSED"
    assert server.seen == []
