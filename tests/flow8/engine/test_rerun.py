"""What playing a play again means, before anything is started."""

from typing import Any

import pytest

from flow8.domain.play import Origin, Play
from flow8.engine.engine import Engine
from flow8.engine.rerun import Again, Plan, plan
from flow8.errors import Invalid
from tests.support.engines import Stage


def planned(engine: Engine, play: Play, **wanted: Any) -> Plan:
    flow = engine.store.flows.find(play.company_id, play.flow_id)
    assert flow is not None
    return plan(engine, flow, Again(play, **wanted), Origin("test"))


@pytest.fixture
def play(stage: Stage) -> Play:
    """A play of two branches and what comes after both."""
    return stage.play(
        stage.probe("a", effect="irreversible", flowlet={"after": []}),
        stage.probe("b", flowlet={"after": []}),
        stage.probe("join", effect="irreversible", flowlet={"after": ["a", "b"]}),
    )


@pytest.mark.parametrize(
    ("from_ref", "kept", "repeated"),
    [
        (None, [], ["a", "join"]),
        ("a", ["b"], ["a", "join"]),
        ("b", ["a"], ["join"]),
        ("join", ["a", "b"], ["join"]),
    ],
)
def test_what_is_kept_and_what_is_repeated_follows_the_graph(
    engine: Engine, play: Play, from_ref: str | None, kept: list[str], repeated: list[str]
) -> None:
    found = planned(engine, play, from_ref=from_ref)

    assert [layer.ref for layer in found.request.recorded] == kept
    assert [each.path for each in found.repeats] == repeated
    assert (found.request.rerun_of, found.request.version) == (play.id, play.version)


def test_nothing_is_started_by_planning(engine: Engine, play: Play) -> None:
    planned(engine, play)

    assert engine.store.database["plays"].count_documents({}) == 1


def test_a_flowlet_that_is_not_there_is_refused(engine: Engine, play: Play) -> None:
    with pytest.raises(Invalid, match="has no flowlet 'nobody'"):
        planned(engine, play, from_ref="nobody")
