"""Retention removes finished plays past their policy with all that is theirs, and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from flow8.clock import utc_now
from flow8.domain.play import Parent, PlayState
from flow8.domain.retention import Policy, RetentionScope
from flow8.engine.engine import Engine
from flow8.services.retention import CleanUps, clean_up
from flow8.services.retention_policies import whole_since
from tests.support.aged import DAY, a_full_old_play, an_old_play, lasting, orphans, plays_there
from tests.support.engines import Stage
from tests.support.factories import COMPANY, OTHER_COMPANY, a_flow
from tests.support.files import a_file, on_disk
from tests.support.loops import each, inside, value

S = RetentionScope
MINUTE = timedelta(minutes=1)


@pytest.fixture
def lean(engine: Engine) -> Engine:
    """An engine whose settings let every play go after 90 days, FILTERED ones after 30."""
    return lasting(engine)


def keep(engine: Engine, *policies: Policy, company_id: str = COMPANY) -> None:
    engine.store.retention.replace(company_id, policies, "test", utc_now(), rev=None)


def test_old_finished_plays_go_and_young_and_unfinished_ones_stay(lean: Engine) -> None:
    age = lean.settings.retention_flows_all_cadence
    for state in (PlayState.DONE, PlayState.FAIL, PlayState.SKIP, PlayState.CANCELLED):
        an_old_play(lean, age + MINUTE, state)
    young = an_old_play(lean, age - MINUTE, PlayState.FAIL)
    waiting = an_old_play(lean, 2 * age, PlayState.WAIT, ends=False)

    removed = clean_up(lean)

    assert removed.plays == 4
    assert plays_there(lean) == {young.id, waiting.id}


def test_filtered_plays_go_by_their_own_policy(lean: Engine) -> None:
    gone = an_old_play(lean, 31 * DAY, PlayState.FILTERED)
    kept = [an_old_play(lean, 29 * DAY, PlayState.FILTERED).id, an_old_play(lean, 31 * DAY).id]

    assert clean_up(lean).plays == 1
    assert plays_there(lean) == set(kept) - {gone.id}


def test_the_newest_of_each_flow_always_stay(engine: Engine) -> None:
    lean = lasting(engine, retention_flows_all_min_entries=2, retention_flows_filtered_min_entries=1)
    old = {
        flow: [an_old_play(lean, (100 + n) * DAY, flow_id=flow * 24).id for n in range(count)]
        for flow, count in (("a", 4), ("b", 2), ("c", 1))
    }
    filtered = [an_old_play(lean, (100 + n) * DAY, PlayState.FILTERED, flow_id="a" * 24).id for n in range(3)]

    removed = clean_up(lean)

    assert removed.plays == 2 + 2
    assert plays_there(lean) == {*old["a"][:2], *old["b"], *old["c"], filtered[0]}


def test_the_most_specific_policy_of_the_company_decides(stage: Stage) -> None:
    engine, company_id = lasting(stage.engine), stage.company_id
    flows = {
        name: stage.publish(a_flow(flow=name, **more))
        for name, more in {"own": {"group": "g"}, "grouped": {"group": "g"}, "plain": {}}.items()
    }
    group_id = flows["own"].group_id
    keep(
        engine,
        Policy(S.ALL, 20 * DAY, 0),
        Policy(S.GROUP, 10 * DAY, 0, subject=group_id),
        Policy(S.FLOW, 5 * DAY, 0, subject=flows["own"].id),
        company_id=company_id,
    )
    there = {}
    for name, flow in flows.items():
        for days in (6, 11, 21):
            old = an_old_play(engine, days * DAY, flow_id=flow.id, company_id=company_id)
            there[name, days] = old.id
    other = an_old_play(engine, 21 * DAY, company_id=OTHER_COMPANY)

    clean_up(engine)

    kept = {key for key, play_id in there.items() if play_id in plays_there(engine)}
    assert kept == {("grouped", 6), ("plain", 6), ("plain", 11)}
    assert other.id in plays_there(engine)


def test_what_belongs_to_a_play_goes_with_it_and_that_of_young_plays_stays(lean: Engine) -> None:
    a_full_old_play(lean, 100 * DAY)
    young = a_full_old_play(lean, 10 * DAY)
    forgotten, waiting = (a_file(lean, COMPANY) for _ in range(2))
    lean.store.database["files"].update_one({"_id": forgotten.id}, {"$set": {"dueAt": utc_now()}})

    removed = clean_up(lean)

    assert (removed.plays, removed.files) == (1, 2)
    for name in ("payloads", "iterations", "notices"):
        assert [row["playId"] for row in lean.store.database[name].find()] == [young.id]
    assert len(on_disk(lean)) == 2
    assert waiting.id in {path.name for path in on_disk(lean)}
    assert orphans(lean) == {}


def test_a_real_loop_goes_with_its_iterations(stage: Stage) -> None:
    engine = lasting(stage.engine, retention_flows_all_cadence=timedelta())
    body = inside(value("big", {"text": "{{ 'x' | repeat(70000) }}"}))
    stage.play(each([1, 2]), body)

    assert clean_up(engine).plays == 1
    assert plays_there(engine) == set()
    assert orphans(engine) == {}


def test_a_play_stays_as_long_as_an_unfinished_one_needs_it(lean: Engine) -> None:
    going = an_old_play(lean, 100 * DAY, PlayState.WAIT, ends=False)
    child = an_old_play(lean, 99 * DAY, parent=Parent(going.id, "sub", 1))
    first = an_old_play(lean, 99 * DAY)
    second = an_old_play(lean, 98 * DAY, rerun_of=first.id)
    third = an_old_play(lean, 97 * DAY, PlayState.ON_HOLD, ends=False, rerun_of=second.id)

    assert clean_up(lean).plays == 0
    ended = {"$set": {"state": "DONE", "endedAt": utc_now() - 95 * DAY}}
    lean.store.database["plays"].update_many({"_id": {"$in": [going.id, third.id]}}, ended)

    assert clean_up(lean).plays == 5
    assert child.id not in plays_there(lean)


def test_a_play_with_an_idempotency_key_stays_a_day(engine: Engine) -> None:
    lean = lasting(engine, retention_flows_all_cadence=timedelta(hours=1))
    keyed = an_old_play(lean, timedelta(hours=23), idempotency_key="k")
    an_old_play(lean, timedelta(hours=25), idempotency_key="l")
    an_old_play(lean, timedelta(hours=2))

    assert clean_up(lean).plays == 2
    assert plays_there(lean) == {keyed.id}


def test_a_new_play_pushes_an_older_one_out_at_the_next_clean_up(engine: Engine) -> None:
    lean, clean_ups = lasting(engine, retention_flows_all_min_entries=1), CleanUps()
    old = an_old_play(lean, 100 * DAY)
    assert clean_ups.run(lean).plays == 0

    new = an_old_play(lean, timedelta())

    assert clean_ups.run(lean).plays == 1
    assert plays_there(lean) == {new.id} - {old.id}


def test_a_play_that_grew_old_goes_at_the_next_clean_up(engine: Engine) -> None:
    lean, clean_ups = lasting(engine), CleanUps()
    age = lean.settings.retention_flows_all_cadence
    play = an_old_play(lean, age - timedelta(milliseconds=1500))
    assert clean_ups.run(lean).plays == 0

    while utc_now() < play.created_at + age:
        pass

    assert clean_ups.run(lean).plays == 1


def test_a_changed_policy_counts_at_the_next_clean_up(lean: Engine) -> None:
    clean_ups = CleanUps()
    an_old_play(lean, 10 * DAY)
    assert clean_ups.run(lean).plays == 0

    keep(lean, Policy(S.ALL, 9 * DAY, 0))

    assert clean_ups.run(lean).plays == 1


def test_two_schedulers_at_once_do_no_harm(lean: Engine) -> None:
    for _ in range(60):
        a_full_old_play(lean, 100 * DAY)
    young = a_full_old_play(lean, DAY)

    with ThreadPoolExecutor(2) as both:
        found = list(both.map(clean_up, [lean, lean]))

    assert sum(each.plays for each in found) == 60
    clean_up(lean)
    assert plays_there(lean) == {young.id}
    assert orphans(lean) == {}
    assert len(on_disk(lean)) == 1


def test_what_belongs_to_a_play_that_was_never_accepted_goes(lean: Engine) -> None:
    a_full_old_play(lean, DAY)
    lean.store.database["plays"].delete_many({})
    lean.store.database["notices"].delete_many({})
    young = a_full_old_play(lean, timedelta())
    lean.store.database["plays"].delete_many({})

    assert clean_up(lean).strays == 2
    assert {row["playId"] for row in lean.store.database["payloads"].find()} == {young.id}


def test_the_audit_counts_no_plays_that_an_earlier_policy_may_have_removed(lean: Engine) -> None:
    assert whole_since(lean, COMPANY) < utc_now() - 29 * DAY
    reach = utc_now() - DAY

    lean.store.retention.replace(COMPANY, [], "test", reach, rev=None)

    assert abs(whole_since(lean, COMPANY) - reach) < timedelta(seconds=1)
