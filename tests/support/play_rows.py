"""What may become of a play's document from one moment to the next, whoever did what to it."""

from datetime import datetime
from typing import Any

from flow8.domain.play import LayerState, PlayState, is_finished, layer_is_finished, may_change
from flow8.services.invariants import moved_by

Document = dict[str, Any]


def iterations_over(row: Document) -> list[str]:
    """The iterations of open loops that a play counts as over."""
    loops = {layer_id: layer.get("loop") for layer_id, layer in row.get("layers", {}).items()}
    return [
        f"{row['_id']}/{layer_id}#{index}"
        for layer_id, loop in loops.items()
        if loop is not None
        for index in range(loop["next"])
        if index not in loop["open"]
    ]


def layer_state(row: Document, layer_id: str) -> str | None:
    """How a layer stands in the play's document."""
    state: str | None = row.get("layers", {}).get(layer_id, {}).get("state")
    return state


def has_failed(row: Document, flowlets: list[Document]) -> bool:
    """Whether a flowlet failed for good that takes its play along."""
    return any(layer_state(row, each["ref"]) == "FAIL" and "onError" not in each for each in flowlets)


def is_over(row: Document) -> bool:
    """Whether a play is finished."""
    return is_finished(PlayState(row["state"]))


def something_moves_it_on(row: Document, now: datetime) -> None:
    """Exactly one thing moves an unfinished play on, and nothing a finished one."""
    if is_over(row):
        assert not {"lease", "dueAt"} & row.keys()
    else:
        kind, problem = moved_by(row, now)
        assert problem is None, f"{kind}: {problem} {row}"


def history_has_no_gaps(row: Document) -> None:
    """The lines of a play's history are numbered from 1 on."""
    seqs = [line["seq"] for line in row["history"]]
    assert seqs == list(range(1, len(seqs) + 1))


def it_may_have_come_from(before: Document | None, row: Document, now: datetime) -> None:
    """The past stays: history, finished layers, and everything about a finished play."""
    if before is None:
        return
    old, new = PlayState(before["state"]), PlayState(row["state"])
    assert not is_over(before), f"a finished play changed: {before} {row}"
    assert new == old or may_change(old, new), f"{old} to {new}"
    assert row["history"][: len(before["history"])] == before["history"]
    assert row["wake"] >= before["wake"]
    lease, next_lease = before.get("lease"), row.get("lease")
    if lease and next_lease and lease["until"] > now:
        assert lease["token"] == next_lease["token"], "a live lease was taken away"
    for layer_id, layer in before.get("layers", {}).items():
        if "#" not in layer_id or layer_id in row["layers"]:
            finished_layers_stay(layer_id, layer, before, row)


def finished_layers_stay(layer_id: str, layer: Document, before: Document, row: Document) -> None:
    """A layer's attempts only grow; once it is over it never changes."""
    after = row["layers"][layer_id]
    assert after["attempts"] >= layer["attempts"]
    if layer_is_finished(LayerState(layer["state"])):
        assert after == layer
        assert row.get("outputs", {}).get(layer_id) == before.get("outputs", {}).get(layer_id)
