"""Playing again, and hands on many plays, over HTTP."""

from tests.support.engines import Stage
from tests.support.hands import a_waiting_play, error_of
from tests.support.loops import each, inside, value
from tests.support.web import Program


def test_a_rerun_answers_the_new_play_and_names_what_it_would_repeat(program: Program, stage: Stage) -> None:
    play = stage.play(stage.probe("pay", effect="irreversible"), stage.probe("last"))

    refused = program.post(f"plays/{play.id}/rerun")
    again = program.post(f"plays/{play.id}/rerun", json={"from": "last", "args": {"n": 2}})
    whole = program.post(f"plays/{play.id}/rerun", json={"confirmed": True})

    assert error_of(refused) == (409, "IRREVERSIBLE_AGAIN")
    assert [problem["path"] for problem in (refused.json or {})["details"]] == ["pay"]
    made = again.json or {}
    assert (again.status_code, whole.status_code, made["rerunOf"]) == (202, 202, play.id)
    assert again.headers["Location"] == f"/api/v1/plays/{made['playId']}"
    assert (program.get(f"plays/{made['playId']}").json or {})["rerunOf"] == play.id
    assert stage.load(made["playId"]).args == {"n": 2}
    reruns = (program.get(f"plays/{play.id}").json or {})["reruns"]
    ids = [made["playId"], (whole.json or {})["playId"]]
    assert [(each["id"], each["state"]) for each in reruns] == [(each, "NEW") for each in sorted(ids)[::-1]]


def test_many_plays_are_counted_first_and_then_cancelled(program: Program, stage: Stage) -> None:
    ids = sorted([a_waiting_play(stage, "one"), a_waiting_play(stage, "two")])
    body = {"filter": {"states": ["WAIT"], "from": "2020-01-01T00:00:00Z"}, "action": "cancel"}

    counted = program.post("plays/bulk", json={**body, "dryRun": True})
    untouched = [stage.load(play_id).wishes for play_id in ids]
    done = program.post("plays/bulk", json=body)

    answer = {"count": 2, "ids": ids, "refused": [], "next": None}
    assert (counted.status_code, counted.json, untouched) == (200, answer, [[], []])
    assert (done.status_code, done.json) == (202, answer)
    assert all(stage.load(play_id).wishes for play_id in ids)


def test_inside_a_loop_no_rerun_begins(program: Program, stage: Stage) -> None:
    play = stage.play(each([1]), inside(value("price", {})))

    answer = program.post(f"plays/{play.id}/rerun", json={"from": "price#0"})

    assert error_of(answer) == (422, "INVALID")
    assert "play again from 'each' on" in (answer.json or {})["details"][0]["message"]
