"""Whatever is done to a chain without its key is named: at every one of 200 positions."""

from typing import Any

import pytest

from flow8.domain.chain import (
    START,
    ChainKey,
    Head,
    id_of,
    key_from,
    sealed,
    sealed_head,
)
from flow8.domain.chain_check import ChainCheck, Fault

COMPANY = "c" * 24
KEY = key_from("a secret")
LENGTH = 200

Chain = list[dict[str, Any]]
Named = list[tuple[str, int | None]]


def a_chain(key: ChainKey = KEY, length: int = LENGTH, company: str = COMPANY) -> Chain:
    chain: Chain = []
    last = START
    for number in range(1, length + 1):
        chain.append(sealed(key, company, last, {"action": "x", "subject": f"no. {number}"}))
        last = Head(number, chain[-1]["mac"])
    return chain


def head_of(chain: Chain, key: ChainKey = KEY) -> Head:
    return sealed_head(key, COMPANY, "head", Head(chain[-1]["seq"], chain[-1]["mac"]))


def faults_of(chain: Chain, head: Head | None, anchor: Head | None = None) -> list[Fault]:
    check = ChainCheck(KEY, COMPANY, anchor, head)
    for entry in sorted(chain, key=lambda entry: entry["seq"]):
        check.see(entry)
    return check.faults()


def named(chain: Chain, head: Head | None, anchor: Head | None = None) -> Named:
    return [(fault.kind.value, fault.seq) for fault in faults_of(chain, head, anchor)]


WHOLE = a_chain()
HEAD = head_of(WHOLE)
POSITIONS = range(1, LENGTH + 1)


def without(seq: int) -> Chain:
    return [entry for entry in WHOLE if entry["seq"] != seq]


def at(seq: int, entry: dict[str, Any]) -> dict[str, Any]:
    """An entry put at a position, its id made to fit."""
    return {**entry, "seq": seq, "_id": id_of(COMPANY, seq)}


def test_a_whole_chain_has_no_faults() -> None:
    assert named(WHOLE, HEAD) == []


def test_an_edited_entry_is_named_at_each_position() -> None:
    edits: list[dict[str, Any]] = [
        {"subject": "other"},
        {"more": 1},
        {"prev": "0" * 64},
        {"mac": "0" * 64},
        {"action": ["x"]},
    ]
    for seq in POSITIONS:
        edited = {**WHOLE[seq - 1], **edits[seq % len(edits)]}

        assert named([*without(seq), edited], HEAD) == [("edited", seq)]


def test_an_entry_sealed_with_another_key_is_named_at_each_position() -> None:
    forged = a_chain(key_from("a guess"))
    for seq in POSITIONS:
        assert named([*without(seq), forged[seq - 1]], HEAD) == [("other_key", seq)]


def test_a_deleted_entry_is_named_at_each_position() -> None:
    for seq in POSITIONS:
        kind = "cut_off" if seq == LENGTH else "missing"

        assert named(without(seq), HEAD) == [(kind, seq)]


def test_an_entry_deleted_and_its_place_closed_up_is_named_at_each_position() -> None:
    for seq in range(1, LENGTH):
        moved = [at(place - 1, WHOLE[place - 1]) for place in range(seq + 1, LENGTH + 1)]
        faults = named([*WHOLE[: seq - 1], *moved], HEAD)

        assert ("missing", seq) in faults
        assert [place for kind, place in faults if kind == "moved"] == list(range(seq, LENGTH))
        assert len(faults) == LENGTH - seq + 1


def test_both_of_two_swapped_entries_are_named_at_each_position() -> None:
    for seq in POSITIONS:
        other = (seq + 76) % LENGTH + 1
        swapped = [at(seq, WHOLE[other - 1]), at(other, WHOLE[seq - 1])]
        rest = [entry for entry in WHOLE if entry["seq"] not in (seq, other)]

        assert named([*rest, *swapped], HEAD) == [("moved", place) for place in sorted((seq, other))]


def test_an_inserted_entry_is_named_at_each_position() -> None:
    for seq in POSITIONS:
        moved = [at(place + 1, WHOLE[place - 1]) for place in range(seq, LENGTH + 1)]
        forged = at(seq, {**WHOLE[seq - 1], "subject": "forged"})
        faults = named([*WHOLE[: seq - 1], forged, *moved], HEAD)

        assert ("inserted", seq) in faults
        assert len(faults) == LENGTH - seq + 2


def test_a_copy_beside_or_behind_the_chain_is_named_at_each_position() -> None:
    for seq in POSITIONS:
        copy = {**WHOLE[seq - 1], "_id": "a copy"}
        behind = at(LENGTH + 1, WHOLE[seq - 1])

        assert named([*WHOLE, copy], HEAD) == [("inserted", seq)]
        assert named([*WHOLE, behind], HEAD) == [("inserted", LENGTH + 1)]


def test_a_cut_tail_is_named_at_each_position() -> None:
    for seq in POSITIONS:
        assert named(WHOLE[: seq - 1], HEAD) == [("cut_off", place) for place in range(seq, LENGTH + 1)]


def test_a_tail_written_anew_with_the_key_is_a_fork() -> None:
    twice = sealed(KEY, COMPANY, Head(99, WHOLE[98]["mac"]), {"action": "another"})

    assert named([*without(100), twice], HEAD) == [("forked", 101)]
    assert named([*WHOLE[:99], twice], head_of(WHOLE[:100])) == [("forked", 100)]


def test_entries_of_another_company_are_named() -> None:
    others = a_chain(company="d" * 24)

    assert named([*without(7), at(7, {**others[6], "companyId": COMPANY})], HEAD) == [("edited", 7)]


def test_a_removed_or_changed_head_is_named() -> None:
    earlier = Head(150, WHOLE[149]["mac"], sealed_by=KEY.id, seal=HEAD.seal)

    assert named(WHOLE[:150], None) == [("head", None)]
    assert named(WHOLE[:150], earlier) == [("head", None)]
    assert named([], None) == []


def test_a_head_that_lags_behind_is_no_fault() -> None:
    assert named(WHOLE, head_of(WHOLE[:150])) == []


def an_anchor(seq: int, spoiled: int = 0) -> Head:
    return sealed_head(KEY, COMPANY, "anchor", Head(seq, WHOLE[seq - 1]["mac"], spoiled=spoiled))


def test_behind_its_anchor_a_chain_is_whole_with_or_without_what_is_left_over() -> None:
    assert named(WHOLE[50:], HEAD, an_anchor(50)) == []
    assert named(WHOLE[40:], HEAD, an_anchor(50)) == []


def test_an_anchor_hides_nothing() -> None:
    forged = Head(60, WHOLE[59]["mac"], sealed_by=KEY.id, seal=HEAD.seal)

    assert named(WHOLE[55:], HEAD, an_anchor(50)) == [("missing", seq) for seq in range(51, 56)]
    assert named(WHOLE[60:], HEAD, forged) == [("anchor", None)]
    assert len(named(WHOLE[50:], HEAD, None)) == 50
    assert named(WHOLE[50:], HEAD, an_anchor(50, spoiled=3)) == [("spoiled", 50)]
    leftover = {**WHOLE[44], "subject": "x"}
    assert named([leftover, *WHOLE[50:]], HEAD, an_anchor(50)) == [("inserted", 45)]


@pytest.mark.parametrize("seq", [None, "x", 1.5, True, 0, -3, 10**15], ids=repr)
def test_an_entry_at_no_possible_position_is_named(seq: Any) -> None:
    check = ChainCheck(KEY, COMPANY, None, HEAD)
    for entry in [*WHOLE, {**WHOLE[3], "seq": seq, "_id": "odd"}, {}]:
        check.see(entry)

    assert [fault.kind.value for fault in check.faults()] == ["inserted", "inserted"]


def test_of_a_chain_that_is_spoiled_all_over_300_faults_are_named_soon() -> None:
    chain = [{**entry, "subject": "x"} for entry in a_chain(length=2000)]

    assert len(named(chain, head_of(chain))) == 300
