"""Running flows and looking at plays."""

import threading
from typing import Any

import pytest

from config.settings import Settings
from flow8.domain.access import RIGHTS, Actor, Right, Role
from flow8.domain.play import PlayState
from flow8.engine.engine import Engine, engine_of
from flow8.engine.perform import perform
from flow8.engine.start import Outcome
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.ids import new_id
from flow8.registry import Registry
from flow8.services.play_filter import Filter
from flow8.services.plays import get_layer, get_play, list_plays, outcome, run
from tests.support.audit import actions_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import each, inside, value

STEPS = (
    {"ref": "total", "appId": "var", "name": "Add up", "args": {"values": {"n": "{{ $args.n + 1 }}"}}},
    {
        "ref": "never",
        "appId": "var",
        "args": {"values": {"n": 1}},
        "filters": [{"leftValue": 1, "operator": "eq", "rightValue": 2}],
    },
    {"ref": "reply", "appId": "var", "args": {"values": {"n": "{{ $prev.total.n * 10 }}"}}},
)
FAILS = (
    {"ref": "good", "appId": "var", "args": {"values": {}}},
    {"ref": "bad", "appId": "var", "args": {"values": {"n": "{{ 1 / $args.n }}"}}},
)


@pytest.fixture(autouse=True)
def flow(stage: Stage) -> str:
    """A published flow of three steps."""
    return stage.publish(a_flow(*STEPS, input={"type": "object", "required": ["n"]})).id


def performed(engine: Engine, actor: Actor, name: str = "a-flow", **args: Any) -> str:
    play_id = run(engine, actor, name, {"n": 1, **args}).play_id
    perform(engine, play_id)
    return play_id


def test_a_run_stores_the_play_with_who_asked(engine: Engine, admin: Actor, stage: Stage) -> None:
    started = run(engine, admin, "a-flow", {"n": 1})

    play = stage.load(started.play_id)
    assert (started.state, play.args) == (PlayState.NEW, {"n": 1})
    assert (play.origin.door, play.origin.actor, play.origin.ip) == ("test", "ada@example.com", "192.0.2.7")
    assert actions_of(engine, admin.company_id) == []


def test_a_run_that_waits_answers_the_output(engine: Engine, admin: Actor) -> None:
    worker = threading.Thread(target=_perform_the_next_play, args=(engine,))
    worker.start()

    finished = run(engine, admin, "a-flow", {"n": 1}, wait=20)

    worker.join()
    assert (finished.state, finished.output) == (PlayState.DONE, {"n": 20})


def _perform_the_next_play(engine: Engine) -> None:
    found = None
    while found is None:
        found = engine.store.database["plays"].find_one({"state": "NEW"})
    perform(engine, found["_id"])


def test_a_wait_that_is_too_short_answers_the_state(engine: Engine, admin: Actor) -> None:
    early = run(engine, admin, "a-flow", {"n": 1}, wait=0.05)

    assert (early.finished, early.state, early.output) == (False, PlayState.NEW, None)


def test_the_same_key_gives_the_same_play_and_its_answer(engine: Engine, admin: Actor) -> None:
    first = run(engine, admin, "a-flow", {"n": 1}, idempotency_key="k")
    perform(engine, first.play_id)

    again = run(engine, admin, "a-flow", {"n": 1}, idempotency_key="k", wait=5)

    assert (again.play_id, again.output) == (first.play_id, {"n": 20})
    with pytest.raises(Conflict):
        run(engine, admin, "a-flow", {"n": 2}, idempotency_key="k")


@pytest.mark.parametrize(
    ("options", "paths"),
    [
        ({"wait": 60.1}, ["wait"]),
        ({"wait": -1}, ["wait"]),
        ({"wait": float("nan")}, ["wait"]),
        ({"version": 0}, ["version"]),
        ({"idempotency_key": ""}, ["idempotencyKey"]),
        ({"idempotency_key": "x" * 201}, ["idempotencyKey"]),
        ({"idempotency_key": "subflow/x/y"}, ["idempotencyKey"]),
        ({"wait": 61, "idempotency_key": "a\nb", "version": -1}, ["wait", "idempotencyKey", "version"]),
    ],
)
def test_options_out_of_bounds_start_nothing(
    engine: Engine, admin: Actor, options: dict[str, Any], paths: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        run(engine, admin, "a-flow", {"n": 1}, **options)

    assert [problem.path for problem in refused.value.problems] == paths
    assert list_plays(engine, admin).rows == []


def test_args_that_do_not_fit_are_named(engine: Engine, admin: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        run(engine, admin, "a-flow", {})

    assert [problem.path for problem in refused.value.problems] == ["args.n"]


def test_only_known_flows_and_versions_run(engine: Engine, admin: Actor, stranger: Actor, flow: str) -> None:
    for actor, name, version in ((admin, "nobody", None), (stranger, flow, None), (admin, flow, 9)):
        with pytest.raises(NotFound):
            run(engine, actor, name, {"n": 1}, version=version)

    assert engine.store.database["plays"].count_documents({}) == 0


def test_running_needs_its_right(engine: Engine, viewer: Actor) -> None:
    tools_only = Actor(viewer.company_id, "agent", frozenset({Right.CALL_TOOLS}), "mcp")

    for actor in (viewer, tools_only):
        with pytest.raises(Denied):
            run(engine, actor, "a-flow", {"n": 1})
    with pytest.raises(Denied):
        list_plays(engine, tools_only)

    assert list_plays(engine, viewer).rows == []


def test_a_runner_may_run(engine: Engine, viewer: Actor) -> None:
    runner = Actor(viewer.company_id, "rita", RIGHTS[Role.RUNNER], "test")

    assert run(engine, runner, "a-flow", {"n": 1}).play_id


def test_a_play_shows_every_layer_of_its_version_in_order(engine: Engine, admin: Actor, flow: str) -> None:
    waiting = run(engine, admin, "a-flow", {"n": 1}).play_id
    done = performed(engine, admin)

    before, after = (get_play(engine, admin, play_id) for play_id in (waiting, done))

    assert [
        (layer["layerId"], layer["appId"], layer["name"], layer["state"]) for layer in before["layers"]
    ] == [
        ("total", "var", "Add up", "NEW"),
        ("never", "var", None, "NEW"),
        ("reply", "var", None, "NEW"),
    ]
    assert [(layer["ref"], layer["state"]) for layer in after["layers"]] == [
        ("total", "DONE"),
        ("never", "FILTERED"),
        ("reply", "DONE"),
    ]
    assert after["layers"][1]["unmet"] == [{"position": 0, "left": 1, "operator": "eq", "right": 2}]
    assert after["layers"][0]["durationMs"] >= 0
    assert (after["id"], after["flowId"], after["flow"], after["version"]) == (done, flow, "a-flow", 1)
    assert (before["state"], before["durationMs"], before["endedAt"]) == ("NEW", None, None)
    assert (after["state"], after["durationMs"] >= 0, after["endedAt"][-1]) == ("DONE", True, "Z")
    assert "output" not in after["layers"][0]


def test_a_play_of_a_version_that_cannot_be_read_here_shows_the_layers_on_record(
    engine: Engine, admin: Actor, settings: Settings, registry: Registry
) -> None:
    play_id = performed(engine, admin)
    engine.store.database["flow_versions"].update_many({}, {"$set": {"definition": '{"from": "the future"}'}})
    fresh = engine_of(settings, engine.store, registry)

    play = get_play(fresh, admin, play_id)

    assert {(layer["ref"], layer["appId"], layer["state"]) for layer in play["layers"]} == {
        ("total", None, "DONE"),
        ("never", None, "FILTERED"),
        ("reply", None, "DONE"),
    }


def test_a_failed_play_says_where_and_why(engine: Engine, admin: Actor, stage: Stage) -> None:
    stage.publish(a_flow(*FAILS, flow="fails"))
    play_id = performed(engine, admin, "fails", n=0)

    play = get_play(engine, admin, play_id)

    assert (play["state"], play["error"]["ref"]) == ("FAIL", "bad")
    assert play["layers"][1]["error"]["message"] == play["error"]["message"]
    assert outcome(engine, admin, play_id).error is not None


def test_a_layer_shows_its_input_and_output(engine: Engine, admin: Actor) -> None:
    play_id = performed(engine, admin)

    layer, never = (get_layer(engine, admin, play_id, ref) for ref in ("total", "never"))

    assert (layer["input"], layer["output"], layer["state"]) == ({"values": {"n": 2}}, {"n": 2}, "DONE")
    assert (layer["size"], layer["truncated"], layer["inputTruncated"]) == (7, False, False)
    assert (never["input"], never["output"], never["size"], never["truncated"]) == (None, None, 0, False)


def test_a_large_output_is_cut(engine: Engine, admin: Actor, stage: Stage) -> None:
    stage.publish(
        a_flow({"ref": "big", "appId": "var", "args": {"values": {"text": "{{ $args.text }}"}}}, flow="big")
    )
    limit = engine.settings.unit_output_ui_max_bytes
    play_id = performed(engine, admin, "big", text="ü" * (limit // 5))

    layer = get_layer(engine, admin, play_id, "big")

    assert (layer["truncated"], layer["inputTruncated"]) == (True, True)
    assert layer["size"] == limit // 5 * 6 + len('{"text":""}')
    assert layer["output"].startswith('{"text":"\\u00fc')
    assert len(layer["output"]) == limit


@pytest.mark.parametrize("layer_id", ["nobody", "total.output", "$where", "", "total#0"])
def test_only_layers_of_the_flow_are_shown(engine: Engine, admin: Actor, layer_id: str) -> None:
    play_id = performed(engine, admin)

    with pytest.raises(NotFound) as refused:
        get_layer(engine, admin, play_id, layer_id)

    assert refused.value.error_code == "LAYER_NOT_FOUND"


def test_plays_are_listed_newest_first_in_pages(engine: Engine, admin: Actor) -> None:
    ids = [run(engine, admin, "a-flow", {"n": number}).play_id for number in range(3)][::-1]

    first = list_plays(engine, admin, size=2)
    second = list_plays(engine, admin, size=2, after=first.next)
    exactly = list_plays(engine, admin, size=3)

    assert [row["id"] for row in first.rows + second.rows] == ids
    assert (first.next, second.next, exactly.next) == (ids[1], None, None)
    assert first.rows[0]["origin"] == {"door": "test", "actor": "ada@example.com", "ip": "192.0.2.7"}


def test_plays_are_listed_by_flow_and_state(engine: Engine, admin: Actor, stage: Stage) -> None:
    stage.publish(a_flow(flow="other"))
    other = run(engine, admin, "other", {}).play_id
    done = performed(engine, admin)

    by_flow = list_plays(engine, admin, Filter(flow="other"))
    by_state = list_plays(engine, admin, Filter(states=["DONE", "FAIL"]))
    by_both = list_plays(engine, admin, Filter(flow="other", states=["DONE"]))

    assert [row["id"] for row in by_flow.rows] == [other]
    assert [row["id"] for row in by_state.rows] == [done]
    assert by_both.rows == []


def test_a_list_of_plays_that_cannot_be_says_why(engine: Engine, admin: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        list_plays(engine, admin, Filter(states=["DONE", "GONE"]), size=101)
    with pytest.raises(NotFound):
        list_plays(engine, admin, Filter(flow="nobody"))

    assert [str(problem) for problem in refused.value.problems] == [
        "size: must be from 1 to 100",
        "state: 'GONE' is no state of a play",
    ]


def test_another_company_sees_no_play(engine: Engine, admin: Actor, stranger: Actor) -> None:
    play_id = performed(engine, admin)

    for ask in (
        lambda: get_play(engine, stranger, play_id),
        lambda: get_layer(engine, stranger, play_id, "total"),
        lambda: outcome(engine, stranger, play_id),
        lambda: get_play(engine, admin, new_id()),
    ):
        with pytest.raises(NotFound) as refused:
            ask()
        assert refused.value.error_code == "PLAY_NOT_FOUND"
    assert list_plays(engine, stranger).rows == []
    assert outcome(engine, admin, play_id) == Outcome(
        play_id, PlayState.DONE, outcome(engine, admin, play_id).created_at, {"n": 20}
    )


class TestLoops:
    """A play with loops, as a UI draws it: a row for each flowlet, however many items there are."""

    @staticmethod
    def nested() -> list[dict[str, Any]]:
        inner = each("{{ $item }}", ref="inner", flowlet={"inside": "each"}, parallel=2)
        gate = inside(value("gate", {}, needsApproval=True), "inner")
        return [
            value("first", {}),
            each([[1, 2], [3]]),
            value("last", {}),
            inner,
            gate,
            inside(value("after", {})),
        ]

    def test_every_flowlet_is_one_row_right_behind_the_iterator_around_it(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        play = get_play(engine, admin, stage.play(*self.nested(), flow="loops").id)

        rows = [(row["ref"], row["inside"], row["layerId"], row["state"]) for row in play["layers"]]
        assert rows == [
            ("first", None, "first", "DONE"),
            ("each", None, "each", "RUN"),
            ("inner", "each", None, None),
            ("gate", "inner", None, None),
            ("after", "each", None, None),
            ("last", None, "last", "NEW"),
        ]

    def test_a_loop_has_counts_and_its_flowlets_count_their_open_layers(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        started = stage.play(*self.nested(), flow="loops")

        play = get_play(engine, admin, started.id)

        rows = {row["ref"]: (row["loop"], row["openStates"]) for row in play["layers"]}
        assert rows == {
            "first": (None, {}),
            "each": ({"of": started.id, "count": 2, "begun": 1, "open": [0], "done": 0, "failed": 0}, {}),
            "inner": (None, {"RUN": 1}),
            "gate": (None, {"WAIT": 2}),
            "after": (None, {}),
            "last": (None, {}),
        }

    def test_layers_of_open_iterations_are_shown_by_their_ids(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        play = get_play(engine, admin, stage.play(*self.nested(), flow="loops").id)

        shown = [(layer["layerId"], layer["appId"], layer["state"]) for layer in play["openLayers"]]
        assert shown == [
            ("inner#0", "iterator", "RUN"),
            ("gate#0#0", "var", "WAIT"),
            ("gate#0#1", "var", "WAIT"),
        ]
        assert play["openLayers"][0]["loop"]["open"] == [0, 1]
        assert play["openLayers"][1]["waiting"] == {"what": "approval"}

    def test_a_loop_that_is_over_leaves_its_row_and_no_layers(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        played = stage.play(each(list(range(250))), inside(value("price", {})), flow="loops")

        play = get_play(engine, admin, played.id)

        assert (len(play["layers"]), play["openLayers"]) == (2, [])
        assert (play["layers"][0]["state"], play["layers"][0]["loop"]["done"]) == ("DONE", 250)

    def test_of_very_many_open_layers_a_hundred_are_shown_in_the_order_of_the_items(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        two = [inside(value(ref, {}, needsApproval=True, after=[])) for ref in ("one", "two")]
        played = stage.play(each(list(range(60)), parallel=60), *two, flow="loops")

        play = get_play(engine, admin, played.id)

        ids = [layer["layerId"] for layer in play["openLayers"]]
        assert ids == [f"{ref}#{index}" for index in range(50) for ref in ("one", "two")]
        assert play["layers"][2]["openStates"] == {"WAIT": 60}

    def test_plays_that_stand_for_a_body_are_counted_with_their_iterator(
        self, engine: Engine, admin: Actor, stage: Stage
    ) -> None:
        played = stage.play(each([{"n": 1}, {"n": 2}], flow="a-flow", parallel=2), flow="loops")

        play = get_play(engine, admin, played.id)

        assert [(row["ref"], row["state"], row["openStates"]) for row in play["layers"]] == [
            ("each", "RUN", {"WAIT": 2})
        ]
        parents = [get_play(engine, admin, layer["child"])["parent"] for layer in play["openLayers"]]
        assert parents == [{"playId": played.id, "layerId": f"each#{item}"} for item in (0, 1)]
        assert [(layer["layerId"], layer["appId"], layer["inside"]) for layer in play["openLayers"]] == [
            ("each#0", "subflow", "each"),
            ("each#1", "subflow", "each"),
        ]
