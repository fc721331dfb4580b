"""What failed lately, over HTTP."""

from tests.support.engines import Stage
from tests.support.ui_plays import a_failed_play
from tests.support.web import Program


def test_what_failed_is_told_by_reason(program: Program, stage: Stage) -> None:
    a_failed_play(stage)
    last = a_failed_play(stage, flow="billing-too")

    told = program.get("plays/failures").json or {}

    assert told["isAll"] is True
    group = told["data"][0]
    assert (group["flow"], group["ref"], group["code"], group["count"]) == (
        "billing-too",
        "charge_card",
        "FAILED",
        1,
    )
    assert (group["message"], group["lastPlayId"]) == ("HTTP 402 card_declined", last)
    assert len(told["data"]) == 2
    assert (program.get("plays/failures?from=2999-01-01T00:00:00Z").json or {})["data"] == []


def test_a_wrong_moment_is_named(program: Program) -> None:
    answer = program.get("plays/failures?from=yesterday")

    assert answer.status_code == 422
    assert (answer.json or {})["details"][0]["path"] == "from"
