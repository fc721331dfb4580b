"""What the leader does with schedules: every due time is laid out once and played once, whoever dies when."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from flow8.domain.access import Actor
from flow8.domain.play import Origin
from flow8.domain.schedule import FiringState, Misfire, Overlap, Timing, plan
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Invalid
from flow8.ids import new_id
from flow8.services import firing, switches
from flow8.services.plays import run
from flow8.store.firings import Firing
from flow8.store.flows import FlowRecord
from flow8.store.schedules import Schedule
from tests.support.audit import actions_of
from tests.support.cron import minute_by_minute
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.sizes import sized

NOON: Final = datetime(2026, 6, 10, 12, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
TOKEN: Final = 7


@pytest.fixture
def flow(stage: Stage) -> FlowRecord:
    """A flow that may be played by the clock."""
    return stage.publish(a_flow())


def a_schedule(engine: Engine, flow: FlowRecord, **changes: Any) -> Schedule:
    """A schedule that is due at noon, and each minute from then on."""
    timing = Timing(interval_seconds=60, starts_at=NOON)
    made = Schedule(
        id=new_id(),
        company_id=flow.company_id,
        name="ticks",
        flow_id=flow.id,
        timing=timing,
        misfire=Misfire.ONCE,
        overlap=Overlap.ALLOW,
        args={"n": 1},
        version=None,
        enabled=True,
        due_at=NOON,
        created_at=NOON,
        updated_at=NOON,
        updated_by="ada@example.com",
    )
    made = replace(made, **changes)
    engine.store.schedules.create(flow.company_id, made)
    return made


def now_of(engine: Engine, schedule: Schedule) -> Schedule:
    """The schedule as it is kept."""
    found = engine.store.schedules.get(schedule.company_id, schedule.id)
    assert found is not None
    return found


def firings_of(engine: Engine, schedule: Schedule) -> list[Firing]:
    """All its firings, the first due first."""
    return engine.store.firings.page(schedule.company_id, schedule.id, (), size=100_000)[::-1]


def plays_of(engine: Engine) -> list[dict[str, Any]]:
    """Every play that there is."""
    return list(engine.store.database["plays"].find().sort("_id", 1))


def told(engine: Engine, schedule: Schedule) -> list[tuple[int, str, str | None]]:
    """Of each firing how many minutes after noon it was due, its state, and why it was not played."""
    found = firings_of(engine, schedule)
    return [((each.due_at - NOON) // MINUTE, each.state.value, each.code) for each in found]


def test_what_is_due_is_played_and_says_so(engine: Engine, flow: FlowRecord, stage: Stage) -> None:
    made = a_schedule(engine, flow)

    firing.fire(engine, made.id, TOKEN, NOON + SECOND)

    (only,) = firings_of(engine, made)
    play = stage.load(only.play_id or "")
    assert (only.due_at, only.state, only.count, only.code) == (NOON, FiringState.PLAYED, 1, None)
    assert play.args == {"n": 1}
    assert play.origin == Origin(
        "schedule", "ada@example.com", schedule_id=made.id, scheduled_for="2026-06-10T12:00:00.000Z"
    )
    assert (now_of(engine, made).due_at, now_of(engine, made).fence) == (NOON + MINUTE, TOKEN)


def test_the_play_knows_for_when_it_is(engine: Engine, stage: Stage) -> None:
    flow = stage.publish(a_flow(output="{{ $play.door }} {{ $play.scheduledFor }}"))
    made = a_schedule(engine, flow)

    firing.fire(engine, made.id, TOKEN, NOON + SECOND)

    play_id = firings_of(engine, made)[0].play_id or ""
    perform(engine, play_id)
    assert stage.load(play_id).output == "schedule 2026-06-10T12:00:00.000Z"


def test_nothing_is_played_before_it_is_due_or_twice(engine: Engine, flow: FlowRecord) -> None:
    made = a_schedule(engine, flow)

    for seconds in (-1, 0, 0, 5, 59):
        firing.fire(engine, made.id, TOKEN, NOON + seconds * SECOND)

    assert told(engine, made) == [(0, "played", None)]
    assert len(plays_of(engine)) == 1


def test_who_died_between_any_two_steps_is_followed_by_one_who_goes_on(
    engine: Engine, flow: FlowRecord
) -> None:
    for step in range(4):
        made = a_schedule(engine, flow)
        die_after(engine, made, step)

        firing.fire(engine, made.id, TOKEN + 1, NOON + 30 * SECOND)

        assert told(engine, made) == [(0, "played", None)]
        assert now_of(engine, made).due_at == NOON + MINUTE
        mine = [each for each in plays_of(engine) if each["origin"]["scheduleId"] == made.id]
        assert [each["_id"] for each in mine] == [firings_of(engine, made)[0].play_id]


def die_after(engine: Engine, schedule: Schedule, step: int, now: datetime = NOON + SECOND) -> None:
    """A leader that holds a schedule, lays out, moves it on, plays, and dies after one of these."""
    store = engine.store
    assert schedule.due_at is not None
    store.schedules.hold(schedule, TOKEN)
    found, rest = plan(schedule.timing, schedule.misfire, schedule.due_at, now)
    rows = [firing._firing(schedule, due, TOKEN, now) for due in found]
    if step >= 1:
        store.firings.lay_out(rows)
    if step >= 2:
        store.schedules.move_on(schedule, TOKEN, rest)
    if step >= 3:
        for row in rows:
            if row.state is FiringState.OPEN:
                firing._play(engine, schedule, row)


def test_a_play_that_was_started_a_week_ago_is_found_again(engine: Engine, flow: FlowRecord) -> None:
    made = a_schedule(engine, flow)
    die_after(engine, made, 3)
    long_ago = {"createdAt": NOON - timedelta(days=7)}
    engine.store.database["plays"].update_many({}, {"$set": long_ago})

    firing.fire(engine, made.id, TOKEN + 1, NOON + 30 * SECOND)

    assert len(plays_of(engine)) == 1
    assert told(engine, made) == [(0, "played", None)]


def test_a_leader_of_before_moves_nothing_on(engine: Engine, flow: FlowRecord) -> None:
    made = a_schedule(engine, flow)
    firing.fire(engine, made.id, TOKEN, NOON)

    firing.fire(engine, made.id, TOKEN - 1, NOON + MINUTE)
    assert told(engine, made) == [(0, "played", None)]
    assert not engine.store.schedules.move_on(now_of(engine, made), TOKEN - 1, NOON + 9 * MINUTE)

    firing.fire(engine, made.id, TOKEN + 1, NOON + MINUTE)
    assert told(engine, made) == [(0, "played", None), (1, "played", None)]


@pytest.mark.parametrize(
    ("misfire", "expected"),
    [
        (Misfire.SKIP, [(0, "missed", "MISFIRE"), (4, "played", None)]),
        (Misfire.ONCE, [(0, "missed", "MISFIRE"), (3, "played", None), (4, "played", None)]),
        (Misfire.ALL, [(n, "played", None) for n in range(5)]),
    ],
)
def test_a_gap_is_made_up_for_by_its_rule(
    engine: Engine, flow: FlowRecord, misfire: Misfire, expected: list[tuple[int, str, str | None]]
) -> None:
    made = a_schedule(engine, flow, misfire=misfire)

    firing.fire(engine, made.id, TOKEN, NOON + 4 * MINUTE + SECOND)

    assert told(engine, made) == expected
    assert sum(each.count for each in firings_of(engine, made)) == 5
    assert now_of(engine, made).due_at == NOON + 5 * MINUTE


def test_a_longer_gap_is_made_up_for_in_several_goes(engine: Engine, flow: FlowRecord) -> None:
    made, now = a_schedule(engine, flow, misfire=Misfire.ALL), NOON + 119 * MINUTE

    first, second = (firing.fire(engine, made.id, TOKEN, now) for _ in range(2))

    assert (first or 0) < 0 < (second or 0)
    assert told(engine, made) == [(n, "played", None) for n in range(120)]


def test_a_firing_is_skipped_while_the_play_before_it_goes_on(engine: Engine, flow: FlowRecord) -> None:
    made = a_schedule(engine, flow, overlap=Overlap.SKIP)
    for n in range(2):
        firing.fire(engine, made.id, TOKEN, NOON + n * MINUTE)
    first = firings_of(engine, made)[0].play_id or ""
    perform(engine, first)
    firing.fire(engine, made.id, TOKEN, NOON + 2 * MINUTE)

    assert told(engine, made) == [(0, "played", None), (1, "skipped", "OVERLAP"), (2, "played", None)]
    assert firings_of(engine, made)[1].message == f"The play before it, {first}, was not finished."


def test_a_firing_overlaps_unless_that_is_forbidden(engine: Engine, flow: FlowRecord) -> None:
    made = a_schedule(engine, flow)
    for n in range(3):
        firing.fire(engine, made.id, TOKEN, NOON + n * MINUTE)

    assert told(engine, made) == [(n, "played", None) for n in range(3)]


def test_a_disabled_flow_is_skipped_until_it_is_enabled(
    engine: Engine, flow: FlowRecord, admin: Actor
) -> None:
    made = a_schedule(engine, flow)
    switches.set_enabled(engine, admin, "a-flow", enabled=False)
    firing.fire(engine, made.id, TOKEN, NOON)
    switches.set_enabled(engine, admin, "a-flow", enabled=True)
    firing.fire(engine, made.id, TOKEN, NOON + MINUTE)

    assert told(engine, made) == [(0, "skipped", "FLOW_DISABLED"), (1, "played", None)]


def test_a_schedule_whose_flow_is_gone_is_switched_off_once(
    engine: Engine, flow: FlowRecord, admin: Actor
) -> None:
    made = a_schedule(engine, flow)
    switches.remove_flow(engine, admin, "a-flow")
    for n in range(3):
        firing.fire(engine, made.id, TOKEN, NOON + n * MINUTE)

    kept = now_of(engine, made)
    assert told(engine, made) == [(0, "skipped", "FLOW_NOT_FOUND")]
    assert (kept.enabled, kept.due_at, kept.rev) == (False, None, 2)
    assert actions_of(engine, made.company_id)[-1] == "schedules.set_enabled"


def test_args_that_no_longer_fit_are_told_by_their_field(engine: Engine, stage: Stage) -> None:
    strict = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    made = a_schedule(engine, stage.publish(a_flow(input=strict)))

    firing.fire(engine, made.id, TOKEN, NOON)

    (only,) = firings_of(engine, made)
    assert (only.state, only.code) == (FiringState.SKIPPED, "INVALID")
    assert "args.id" in (only.message or "")


def test_a_version_is_played_whatever_is_published_later(engine: Engine, stage: Stage) -> None:
    flow = stage.publish(a_flow())
    made = a_schedule(engine, flow, version=1)
    flows = engine.store.flows
    flows.publish(flows.save_draft(flow, a_flow(name="Another"), "test"), None, "test")
    loose = a_schedule(engine, flow)

    for each in (made, loose):
        firing.fire(engine, each.id, TOKEN, NOON)

    assert [play["version"] for play in plays_of(engine)] == [1, 2]


def test_what_was_laid_out_is_played_even_if_the_schedule_is_changed_or_off(
    engine: Engine, flow: FlowRecord
) -> None:
    made = a_schedule(engine, flow)
    die_after(engine, made, 2)
    kept = now_of(engine, made)
    engine.store.schedules.change(kept.company_id, kept, replace(kept, enabled=False, due_at=None))

    assert firing.due_soon(engine, 2 * SECOND) == {made.id: 0.0}
    firing.fire(engine, made.id, TOKEN + 1, NOON + SECOND)

    assert told(engine, made) == [(0, "played", None)]
    assert firing.due_soon(engine, 2 * SECOND) == {}


def test_a_firing_of_a_schedule_that_is_gone_goes_too(engine: Engine, flow: FlowRecord) -> None:
    made = a_schedule(engine, flow)
    die_after(engine, made, 1)
    engine.store.schedules.remove(made.company_id, made.id)

    firing.fire(engine, made.id, TOKEN + 1, NOON + SECOND)

    assert firings_of(engine, made) == []
    assert plays_of(engine) == []


def test_what_is_due_soon_is_told_by_the_servers_clock(engine: Engine, flow: FlowRecord) -> None:
    now = engine.store.clock.asked()
    soon = a_schedule(engine, flow, due_at=now + timedelta(seconds=1.5))
    over = a_schedule(engine, flow, due_at=now - timedelta(hours=1))
    a_schedule(engine, flow, due_at=now + timedelta(seconds=30))
    a_schedule(engine, flow, due_at=None, enabled=False)

    found = firing.due_soon(engine, 2 * SECOND)

    assert list(found) == [over.id, soon.id]
    assert found[over.id] == pytest.approx(-3600, abs=1)
    assert 0.3 < found[soon.id] <= 1.5


def test_no_caller_can_take_the_key_of_a_firing(engine: Engine, flow: FlowRecord, admin: Actor) -> None:
    made = a_schedule(engine, flow)
    firing.fire(engine, made.id, TOKEN, NOON)
    (play,) = plays_of(engine)

    with pytest.raises(Invalid):
        run(engine, admin, "a-flow", {"n": 1}, idempotency_key=play["idempotencyKey"])


YEAR: Final = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
CRONS: Final = sized(
    (
        ("30 2 * * *", "Europe/Berlin"),
        ("*/20 1-3 25-31 3,10 *", "Europe/Berlin"),
        ("0 * 1,8 3,11 *", "America/New_York"),
    ),
    (
        ("30 2 * * *", "Europe/Berlin"),
        ("0 * * * *", "Europe/Berlin"),
        ("15,45 1-3 * * *", "America/New_York"),
        ("5 2 * * *", "Australia/Lord_Howe"),
    ),
)


@pytest.mark.timeout(sized(120, 900))
@pytest.mark.parametrize(("text", "zone"), CRONS)
def test_a_year_with_both_changes_of_the_clocks_is_played_once(
    engine: Engine, flow: FlowRecord, text: str, zone: str
) -> None:
    chance, token = random.Random(f"{text} {zone}"), TOKEN
    timing = Timing(cron=text, time_zone=zone)
    made = a_schedule(engine, flow, timing=timing, due_at=timing.next_after(YEAR[0] - SECOND))
    deaths = Counter[int]()
    while (due := now_of(engine, made).due_at) is not None and due < YEAR[1]:
        now = due + timedelta(seconds=chance.uniform(0, 50))
        if chance.random() < 0.3:
            step, token = chance.randrange(4), token + 1
            deaths[step] += 1
            die_after(engine, now_of(engine, made), step, now)
        for leader in chance.sample((token, token - 1, token - 2, token), 3):
            firing.fire(engine, made.id, leader, now)
        firing.fire(engine, made.id, token, now)

    expected = minute_by_minute(text, ZoneInfo(zone), *YEAR)
    found = firings_of(engine, made)
    assert [each.due_at for each in found] == expected
    assert {each.state for each in found} == {FiringState.PLAYED}
    assert len({each.play_id for each in found}) == len(found) == len(plays_of(engine))
    assert len(deaths) == 4
