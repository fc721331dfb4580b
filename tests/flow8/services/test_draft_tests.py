"""Tests of drafts: the whole, up to one flowlet, one alone."""

from typing import Any

import pytest

from flow8.domain.access import Actor, Grants, Right
from flow8.domain.play import Play
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.services import draft_tests
from flow8.services.draft_tests import Trial
from flow8.services.drafts import create_draft, save_draft
from flow8.services.flows import publish
from flow8.services.play_shapes import row
from flow8.services.plays import get_play, list_plays, run
from flow8.services.rerun import rerun
from flow8.store.flows import MOST_TESTED
from tests.support.audit import actions_of
from tests.support.factories import a_flow


def var(ref: str, value: str, **fields: Any) -> dict[str, Any]:
    return {"ref": ref, "appId": "var", "args": {"values": {"x": value}}, **fields}


CHAIN = (var("a", "{{ $args.n }}"), var("b", "{{ $prev.a.x + 1 }}"), var("c", "{{ $prev.b.x + 1 }}"))


def test_of(engine: Engine, actor: Actor, trial: Trial) -> Play:
    """The play of a test, performed."""
    play_id = draft_tests.test_draft(engine, actor, "a-flow", trial).play_id
    perform(engine, play_id)
    play = engine.store.plays.load(play_id)
    assert play is not None
    return play


test_of.__test__ = False  # type: ignore[attr-defined]


@pytest.fixture
def draft(engine: Engine, admin: Actor) -> str:
    """The id of a flow with a draft of three steps."""
    return create_draft(engine, admin, a_flow(*CHAIN)).flow.id


@pytest.mark.usefixtures("draft")
def test_a_draft_that_nobody_published_is_played_and_marked(engine: Engine, admin: Actor) -> None:
    play = test_of(engine, admin, Trial({"n": 1}))

    assert (play.state, play.output) == ("DONE", {"x": 3})
    shown = get_play(engine, admin, play.id)
    assert (shown["test"], shown["version"]) == (True, None)
    assert [layer["state"] for layer in shown["layers"]] == ["DONE"] * 3
    assert list_plays(engine, admin).rows[0]["test"] is True
    assert actions_of(engine, admin.company_id)[-1] == "flows.test"


@pytest.mark.usefixtures("draft")
def test_a_test_plays_the_draft_that_was_tested_whatever_is_saved_meanwhile(
    engine: Engine, admin: Actor
) -> None:
    play_id = draft_tests.test_draft(engine, admin, "a-flow", Trial({"n": 1})).play_id
    save_draft(engine, admin, "a-flow", a_flow(var("a", "other")), digest=None)
    perform(engine, play_id)

    play = engine.store.plays.load(play_id)
    assert play is not None
    assert play.output == {"x": 3}


@pytest.mark.usefixtures("draft")
def test_what_was_tested_never_becomes_the_version_that_runs(engine: Engine, admin: Actor) -> None:
    test_of(engine, admin, Trial({"n": 1}))

    with pytest.raises(Conflict) as refused:
        run(engine, admin, "a-flow", {"n": 1})
    with pytest.raises(Invalid):
        run(engine, admin, "a-flow", {"n": 1}, version=-1)
    assert refused.value.error_code == "FLOW_NOT_PUBLISHED"
    assert publish(engine, admin, "a-flow").published == 1


@pytest.mark.usefixtures("draft")
def test_up_to_a_flowlet_nothing_behind_it_runs(engine: Engine, admin: Actor) -> None:
    play = test_of(engine, admin, Trial({"n": 1}, up_to="b"))

    assert (sorted(play.layers), play.output) == (["a", "b"], {"x": 2})


@pytest.mark.usefixtures("draft")
def test_one_alone_reads_what_is_given_for_those_before_it(engine: Engine, admin: Actor) -> None:
    play = test_of(engine, admin, Trial({}, only="c", prev={"b": {"x": 41}}))

    assert play.output == {"x": 42}
    assert {ref: layer.state.value for ref, layer in play.layers.items()} == {
        "a": "SKIP",
        "b": "DONE",
        "c": "DONE",
    }


@pytest.mark.usefixtures("draft")
def test_a_pinned_output_stands_in_place_of_its_flowlet(engine: Engine, admin: Actor) -> None:
    whole = test_of(engine, admin, Trial({"n": 1}, prev={"b": {"x": 41}}))
    part = test_of(engine, admin, Trial({"n": 1}, up_to="b", prev={"a": {"x": 6}, "c": {"x": 0}}))

    assert (whole.output, part.output) == ({"x": 42}, {"x": 7})
    assert {ref: layer.attempts for ref, layer in whole.layers.items()} == {"a": 1, "b": 0, "c": 1}
    assert sorted(part.layers) == ["a", "b"]


@pytest.mark.usefixtures("draft")
def test_a_pin_of_a_test_is_used_by_nothing_else(engine: Engine, admin: Actor) -> None:
    test_of(engine, admin, Trial({"n": 1}, prev={"b": {"x": 41}}))
    publish(engine, admin, "a-flow")
    outcome = run(engine, admin, "a-flow", {"n": 1})
    perform(engine, outcome.play_id)

    assert engine.store.play_views.value(admin.company_id, outcome.play_id, "output") == '{"x":3}'


def test_in_a_loop_there_is_no_one_output_to_pin(engine: Engine, admin: Actor) -> None:
    loop = {"ref": "each", "appId": "iterator", "args": {"items": [1, 2]}}
    create_draft(engine, admin, a_flow(loop, var("a", "{{ $item }}", inside="each")))

    play = test_of(engine, admin, Trial({}, prev={"each": {"count": 9}}))
    with pytest.raises(Invalid) as refused:
        test_of(engine, admin, Trial({}, prev={"a": {"x": 1}}))

    assert (play.state, play.output, list(play.layers)) == ("DONE", {"count": 9}, ["each"])
    assert [problem.path for problem in refused.value.problems] == ["prev.a"]


@pytest.mark.usefixtures("draft")
def test_one_alone_with_args_of_its_own(engine: Engine, admin: Actor) -> None:
    play = test_of(engine, admin, Trial({"n": 5}, only="c", input={"values": {"x": "{{ $args.n }}"}}))

    assert (list(play.layers), play.output) == (["c"], {"x": 5})


def test_a_part_is_tested_though_the_rest_is_unfinished(engine: Engine, admin: Actor) -> None:
    unfinished = {"ref": "z", "appId": "nothing-like-it"}
    create_draft(engine, admin, a_flow(*CHAIN, unfinished))

    assert test_of(engine, admin, Trial({"n": 1}, up_to="b")).output == {"x": 2}
    with pytest.raises(Invalid) as refused:
        test_of(engine, admin, Trial({"n": 1}))
    assert [problem.path for problem in refused.value.problems] == ["flowlets[3].appId"]


def test_a_flowlet_of_a_loop_is_tested_with_its_loop_or_with_its_input(engine: Engine, admin: Actor) -> None:
    each = {"ref": "each", "appId": "iterator", "args": {"items": [1, 2]}}
    create_draft(engine, admin, a_flow(each, var("p", "{{ $item }}", inside="each")))

    assert test_of(engine, admin, Trial({}, up_to="p")).layers["each"].state == "DONE"
    assert test_of(engine, admin, Trial({}, only="p", input={"values": {"x": 7}})).output == {"x": 7}
    with pytest.raises(Invalid) as refused:
        test_of(engine, admin, Trial({}, only="p"))
    assert [problem.path for problem in refused.value.problems] == ["input"]


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("trial", "path"),
    [
        (Trial({}, up_to="nobody"), "upTo"),
        (Trial({}, only="nobody"), "only"),
        (Trial({}, up_to="a", only="b"), "only"),
        (Trial({}, input={}), "input"),
        (Trial({}, prev={"nobody": 1}), "prev.nobody"),
        (Trial({}, only="b", prev={"nobody": 1}), "prev.nobody"),
        (Trial({}, wait=61), "wait"),
        (Trial({}, wait=float("nan")), "wait"),
    ],
)
def test_what_does_not_fit_together_is_refused(engine: Engine, admin: Actor, trial: Trial, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        draft_tests.test_draft(engine, admin, "a-flow", trial)

    assert path in [problem.path for problem in refused.value.problems]


def test_args_are_checked_as_in_a_run(engine: Engine, admin: Actor) -> None:
    create_draft(engine, admin, a_flow(*CHAIN, input={"type": "object", "required": ["n"]}))

    with pytest.raises(Invalid):
        test_of(engine, admin, Trial({}))


def test_a_disabled_flow_may_be_tested(engine: Engine, admin: Actor) -> None:
    create_draft(engine, admin, a_flow(*CHAIN, enabled=False))

    assert test_of(engine, admin, Trial({"n": 1})).state == "DONE"


@pytest.mark.usefixtures("draft")
def test_a_test_played_again_is_a_test_of_the_same_draft(engine: Engine, admin: Actor) -> None:
    first = test_of(engine, admin, Trial({"n": 1}))
    save_draft(engine, admin, "a-flow", a_flow(var("a", "other")), digest=None)

    again = rerun(engine, admin, first.id).play_id
    perform(engine, again)

    play = engine.store.plays.load(again)
    assert play is not None
    assert (play.version, play.output) == (first.version, {"x": 3})
    assert row({"_id": "x", "version": play.version})["test"] is True


def test_the_same_draft_is_kept_once_and_old_ones_go(engine: Engine, admin: Actor, draft: str) -> None:
    keep = engine.store.flows.keep_tested
    numbers = [keep(admin.company_id, draft, a_flow(name=f"N{n}"), "x") for n in (1, 2, 1)]
    assert numbers == [-1, -2, -1]

    for number in range(MOST_TESTED):
        keep(admin.company_id, draft, a_flow(name=f"M{number}"), "x")

    versions = engine.store.database["flow_versions"]
    assert versions.count_documents({"flowId": draft, "version": {"$lt": 0}}) == MOST_TESTED


def test_who_may_only_run_may_not_test_and_whoever_has_a_grant_plays_no_other_flow(
    engine: Engine, admin: Actor, viewer: Actor, stranger: Actor, draft: str
) -> None:
    with pytest.raises(Denied):
        draft_tests.test_draft(engine, viewer, draft, Trial({}))
    with pytest.raises(NotFound):
        draft_tests.test_draft(engine, stranger, draft, Trial({}))

    create_draft(engine, admin, a_flow(flow="secret"))
    call = {"ref": "call", "appId": "subflow", "args": {"flow": "secret"}}
    save_draft(engine, admin, "a-flow", a_flow(call), digest=None)
    grants = Grants(flows={draft: frozenset({Right.VIEW, Right.RUN, Right.EDIT})})
    gil = Actor(admin.company_id, "gil", frozenset(), "test", grants=grants)
    with pytest.raises(Invalid, match="cannot be tested"):
        draft_tests.test_draft(engine, gil, draft, Trial({}))
