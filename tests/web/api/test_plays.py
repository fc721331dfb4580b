"""Plays over HTTP."""

from typing import Any

import pytest

from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from tests.support.engines import Stage
from tests.support.factories import OTHER_COMPANY, a_play
from tests.support.hands import error_of
from tests.support.loops import each, inside, value
from tests.support.web import Program


def run(program: Program, flow: str, count: int = 1) -> list[str]:
    answers = [program.post(f"flows/{flow}/run", json={"args": {"name": "Ada"}}) for _ in range(count)]
    return [(answer.json or {})["playId"] for answer in answers]


@pytest.mark.parametrize("count", [1, 3])
def test_plays_are_listed_newest_first_page_by_page(program: Program, greeting: str, count: int) -> None:
    made = run(program, greeting, count)

    found: list[str] = []
    after = ""
    while True:
        page = program.get(f"plays?size=1{after}").json or {}
        found += [each["id"] for each in page["data"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert found == sorted(made, reverse=True)


def test_plays_are_chosen_by_flow_and_state(program: Program, greeting: str, engine: Engine) -> None:
    done, waiting = run(program, greeting, 2)
    perform(engine, done)

    def ids(query: str) -> list[str]:
        return [each["id"] for each in (program.get(query).json or {})["data"]]

    assert ids("plays?state=DONE") == [done]
    assert ids("plays?state=NEW,DONE") == sorted([done, waiting], reverse=True)
    assert ids("plays?state=NEW&state=DONE&flow=greeting") == sorted([done, waiting], reverse=True)
    assert ids("flows/greeting/plays?state=NEW") == [waiting]
    assert program.get("plays?flow=nobody").status_code == 404
    assert program.get("plays?state=GONE").status_code == 422
    for wrong in ("plays?after=zzz", "flows/greeting/plays?after=", "approvals?after=1"):
        answer = program.get(wrong)
        assert error_of(answer) == (422, "INVALID")
        assert (answer.json or {})["details"] == [
            {"path": "after", "message": "must be the `next` of the page before"}
        ]


def test_a_play_shows_its_layers_and_a_layer_its_values(
    program: Program, greeting: str, engine: Engine
) -> None:
    (play_id,) = run(program, greeting)
    before = program.get(f"plays/{play_id}").json or {}
    perform(engine, play_id)

    after = program.get(f"plays/{play_id}").json or {}
    layer = program.get(f"plays/{play_id}/layers/greet").json or {}

    assert [(each["layerId"], each["state"]) for each in before["layers"]] == [("greet", "NEW")]
    assert (after["state"], after["layers"][0]["state"], after["layers"][0]["attempts"]) == (
        "DONE",
        "DONE",
        1,
    )
    assert "output" not in after["layers"][0]
    assert layer["output"] == {"text": "Hello Ada"}
    assert layer["truncated"] is False


def test_as_much_of_a_layers_values_comes_as_was_asked_for(
    program: Program, greeting: str, engine: Engine
) -> None:
    play_id = run(program, greeting)[0]
    perform(engine, play_id)

    def layer(query: str) -> dict[str, Any]:
        return program.get(f"plays/{play_id}/layers/greet{query}").json or {}

    whole = layer("")
    cut = layer("?most=5")

    assert (cut["output"], cut["truncated"], cut["size"]) == ('{"tex', True, whole["size"])
    assert (cut["input"], cut["inputTruncated"], cut["inputSize"]) == ('{"val', True, whole["inputSize"])
    assert layer("?most=100000") == whole
    assert program.get(f"plays/{play_id}/layers/greet?most=0").status_code == 422


def test_what_is_not_there_is_404_with_its_own_code(program: Program, greeting: str) -> None:
    (play_id,) = run(program, greeting)

    def error(path: str) -> tuple[int, str]:
        answer = program.get(path)
        return answer.status_code, (answer.json or {})["error"]

    assert error("plays/nobody") == (404, "PLAY_NOT_FOUND")
    assert error("plays/nobody/layers/greet") == (404, "PLAY_NOT_FOUND")
    assert error(f"plays/{play_id}/layers/nobody") == (404, "LAYER_NOT_FOUND")


def test_plays_of_another_company_are_not_there(program: Program, engine: Engine) -> None:
    theirs = a_play(company_id=OTHER_COMPANY)
    engine.store.plays.insert(theirs, [])

    assert program.get(f"plays/{theirs.id}").status_code == 404
    assert (program.get("plays").json or {})["data"] == []


class TestLoops:
    """Loops over HTTP, where `#` in a layer's id is written `%23`."""

    @pytest.fixture
    def play_id(self, stage: Stage) -> str:
        """A play of a loop with one failed item."""
        price = inside(value("price", {"n": "{{ 6 / $item }}"}))
        return stage.play(each([1, 0, 3], onItemError="continue"), price).id

    def test_a_layer_of_an_iteration_is_found_by_its_id(self, program: Program, play_id: str) -> None:
        layer = program.get(f"plays/{play_id}/layers/price%232").json or {}

        assert (layer["layerId"], layer["state"], layer["output"]) == ("price#2", "DONE", {"n": 2})

    def test_a_loop_is_one_row_with_counts(self, program: Program, play_id: str) -> None:
        loop, price = (program.get(f"plays/{play_id}").json or {})["layers"]

        assert (loop["loop"]["count"], loop["loop"]["done"], loop["loop"]["failed"]) == (3, 2, 1)
        assert (price["inside"], price["layerId"], price["state"]) == ("each", None, None)

    def test_iterations_are_listed_by_cursor_and_state(self, program: Program, play_id: str) -> None:
        def listed(query: str) -> tuple[list[tuple[int, str]], int | None]:
            page = program.get(f"plays/{play_id}/layers/each/iterations{query}").json or {}
            return [(row["index"], row["state"]) for row in page["data"]], page["next"]

        assert listed("?size=2") == ([(0, "DONE"), (1, "FAIL")], 1)
        assert listed("?size=2&after=1") == ([(2, "DONE")], None)
        assert listed("?state=FAIL") == ([(1, "FAIL")], None)
        assert listed("?state=FAIL,DONE&after=0") == ([(1, "FAIL"), (2, "DONE")], None)

    @pytest.mark.parametrize(
        ("path", "error"),
        [
            ("layers/price", (404, "LAYER_NOT_FOUND")),
            ("layers/price%233", (404, "LAYER_NOT_FOUND")),
            ("layers/price%231/iterations", (404, "LOOP_NOT_FOUND")),
            ("layers/nobody/iterations", (404, "LAYER_NOT_FOUND")),
            ("layers/each/iterations?after=x", (422, "INVALID")),
            ("layers/each/iterations?after=-1", (422, "INVALID")),
            ("layers/each/iterations?state=GONE", (422, "INVALID")),
            ("layers/each/iterations?size=101", (422, "INVALID")),
            ("layers/each/iterations?page=2", (422, "INVALID")),
        ],
    )
    def test_what_is_not_there_says_so(
        self, program: Program, play_id: str, path: str, error: tuple[int, str]
    ) -> None:
        assert error_of(program.get(f"plays/{play_id}/{path}")) == error


def test_plays_are_chosen_by_time_trigger_and_text(program: Program, greeting: str) -> None:
    (play_id,) = run(program, greeting)

    def ids(query: str) -> list[str]:
        return [each["id"] for each in (program.get(f"plays?{query}").json or {})["data"]]

    assert ids("trigger=web&from=2026-01-01T00:00:00Z&to=2999-01-01T00:00:00Z") == [play_id]
    assert ids("trigger=mcp") == ids("to=2026-01-01T00:00:00%2B02:00") == ids("text=nothing") == []
    assert ids(f"text={play_id}") == [play_id]
    for wrong in (
        "from=yesterday",
        "text=",
        "text=...",
        "trigger=%00",
        "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
    ):
        assert program.get(f"plays?{wrong}").status_code == 422, wrong


def test_how_many_there_are_is_told_when_asked(program: Program, greeting: str) -> None:
    run(program, greeting, 3)

    assert "total" not in (program.get("plays?size=1").json or {})
    assert (program.get("plays?size=1&total=true").json or {})["total"] == 3
    assert (program.get("flows/greeting/plays?total=true&state=DONE").json or {})["total"] == 0


def test_plays_are_counted_by_time(program: Program, greeting: str) -> None:
    run(program, greeting, 2)

    found = program.get("plays/histogram?buckets=24").json or {}

    assert sum(each["total"] for each in found["data"]) == 2
    assert found["data"][-1]["counts"] == {"NEW": 2}
    assert 24 <= len(found["data"]) + 1 <= 26
    for few in ("trigger=schedule", "text=nothing"):
        found = program.get(f"plays/histogram?{few}").json or {}
        assert sum(each["total"] for each in found["data"]) == 0, few


def test_lines_and_whole_values_of_a_play(program: Program, greeting: str, engine: Engine) -> None:
    (play_id,) = run(program, greeting)
    perform(engine, play_id)

    events = program.get(f"plays/{play_id}/events?after=1").json or {}
    raw = program.get(f"plays/{play_id}/layers/greet/raw")

    assert [each["seq"] for each in events["data"]] == list(range(2, len(events["data"]) + 2))
    assert events["data"][0]["layerId"] == "greet"
    assert (program.get(f"plays/{play_id}/logs").json or {}) == {"data": [], "next": None}
    assert (raw.mimetype, raw.json) == ("application/json", {"text": "Hello Ada"})
    assert program.get(f"plays/{play_id}/layers/greet/raw?of=input").json == {"values": {"text": "Hello Ada"}}
    assert program.get(f"plays/{play_id}/raw?of=args").json == {"name": "Ada"}
    assert error_of(program.get("plays/nobody/raw")) == (404, "PLAY_NOT_FOUND")
    assert error_of(program.get(f"plays/{play_id}/raw?of=x")) == (422, "INVALID")


def test_the_plays_of_a_deleted_flow_still_show_what_they_performed(
    program: Program, greeting: str, engine: Engine
) -> None:
    (play_id,) = run(program, greeting)
    perform(engine, play_id)
    flow_id = (program.get(f"flows/{greeting}").json or {})["id"]

    assert program.ask("DELETE", f"flows/{greeting}").status_code == 204

    play = program.get(f"plays/{play_id}").json or {}
    version = program.get(f"flows/{flow_id}/versions/{play['version']}")
    listed = program.get(f"plays?flow={flow_id}").json or {}
    assert (version.json or {})["definition"]["flowlets"][0]["ref"] == "greet"
    assert [each["id"] for each in listed["data"]] == [play_id]
    for gone in (f"flows/{flow_id}", f"flows/{greeting}", f"flows/{flow_id}/versions", "plays?flow=greeting"):
        assert error_of(program.get(gone)) == (404, "FLOW_NOT_FOUND")
