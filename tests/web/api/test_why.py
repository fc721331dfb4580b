"""What plays wait for, over HTTP."""

from tests.support.engines import Stage
from tests.support.hands import a_waiting_play
from tests.support.web import Program


def test_why_and_the_invariants_answer_in_words(program: Program, stage: Stage) -> None:
    play_id = a_waiting_play(stage)

    reason = program.get(f"plays/{play_id}/why").json or {}
    report = program.get("system/invariants").json or {}

    assert (reason["what"], [wait["what"] for wait in reason["waitsFor"]]) == (
        "approval",
        ["approval", "event"],
    )
    assert report == {"holds": True, "checked": 1, "counts": {"waiting": 1}, "violations": []}
