"""Every figure that is declared is told, and none else; those of a process say whose they are."""

import re
from collections import Counter

from flow8.domain.access import Actor
from flow8.domain.play import Origin
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.engine.rescue import sweep
from flow8.engine.start import StartRequest, start
from flow8.metrics.figures import COMPANY, FIGURES, INSTALLATION, PROCESS
from flow8.services.metrics import metrics_of_company, metrics_of_process
from tests.support.engines import Stage
from tests.support.factories import a_flow

SAMPLE = re.compile(r"(\w+?)(?:_bucket|_sum|_count|_created)?(?:\{(.*)\})? (\S+)")


def names(text: str) -> set[str]:
    """The figures of an answer, as their `# TYPE` lines name them."""
    found = re.findall(r"# TYPE (\w+) \w+", text)
    return {name for name in found if not name.endswith("_created")}


def value(text: str, sample: str) -> float:
    """One sample's value, its process left out of the labels."""
    cleaned = re.sub(r'process="[^"]*",?', "", re.sub(r'role="[^"]*",?', "", text)).replace(",}", "}")
    found = re.search(rf"^{re.escape(sample)} (\S+)$", cleaned.replace("{}", ""), re.MULTILINE)
    return 0.0 if found is None else float(found[1])


def shown(*of: str) -> set[str]:
    """The names that are declared for these."""
    return {figure.shown_name for figure in FIGURES if figure.of in of}


def test_names_are_unique_and_in_the_words_of_prometheus() -> None:
    counted = Counter(figure.name for figure in FIGURES)

    assert set(counted.values()) == {1}
    assert all(re.fullmatch(r"flow8_[a-z0-9]+(_[a-z0-9]+)*", name) for name in counted)
    assert all(figure.text.endswith(".") for figure in FIGURES)


def test_a_scheduler_tells_every_figure_of_a_process_and_of_the_installation(engine: Engine) -> None:
    engine.store.leaders.lead("scheduler", "one", 30)

    told = metrics_of_process(engine, "scheduler")

    assert names(told) == shown(PROCESS, INSTALLATION)
    ours = [line for line in told.splitlines() if line.startswith("flow8_memory_bytes")]
    assert re.fullmatch(r'flow8_memory_bytes\{process="[^"]+:\d+",role="scheduler"\} \S+', ours[0])


def test_a_worker_tells_its_own_only(engine: Engine) -> None:
    assert names(metrics_of_process(engine, "worker")) == shown(PROCESS)


def test_a_viewer_sees_the_company_and_an_administrator_the_rest_as_well(
    engine: Engine, viewer: Actor, admin: Actor
) -> None:
    engine.store.leaders.lead("scheduler", "one", 30)

    assert names(metrics_of_company(engine, viewer)) == shown(COMPANY)
    assert names(metrics_of_company(engine, admin)) == shown(COMPANY, PROCESS, INSTALLATION)


def test_plays_and_their_flowlets_are_counted_where_they_end(engine: Engine, stage: Stage) -> None:
    before = metrics_of_process(engine, "worker")
    [ref] = [flowlet["appId"] for flowlet in a_flow()["flowlets"]]
    flow = stage.publish(a_flow())
    for n in range(3):
        perform(engine, start(engine, StartRequest(flow, {"n": n}, Origin("test"))).play_id)
    after = metrics_of_process(engine, "worker")

    ended, ran = 'flow8_play_seconds_count{state="DONE"}', f'flow8_flowlet_seconds_count{{module="{ref}"}}'
    assert value(after, ended) - value(before, ended) == 3
    assert value(after, ran) - value(before, ran) == 3


def test_the_installation_is_counted_over_all_companies(
    engine: Engine, stage: Stage, stranger: Actor
) -> None:
    theirs = engine.store.companies.ensure("theirs", "Theirs")
    flow = stage.publish(a_flow())
    play = start(engine, StartRequest(flow, {}, Origin("test"))).play_id
    start(engine, StartRequest(flow, {}, Origin("test")))
    engine.store.database["plays"].update_one({"_id": play}, {"$set": {"companyId": theirs.id}})
    engine.bell.flush(5)

    told = metrics_of_process(engine, "scheduler")

    assert stranger.company_id != theirs.id
    assert value(told, 'flow8_installation_plays{state="NEW"}') == 2
    assert value(told, 'flow8_queue_depth{lane="plays"}') == 2
    assert 0 < value(told, "flow8_queue_age_seconds") < 60
    assert value(told, "flow8_mongodb_answers") == 1


def test_a_lease_that_ran_out_is_counted_once_and_each_ring_for_it(engine: Engine, stage: Stage) -> None:
    flow = stage.publish(a_flow())
    lost, new = (start(engine, StartRequest(flow, {}, Origin("test"))).play_id for _ in range(2))
    plays, past = engine.store.database["plays"], engine.store.clock.now()
    engine.store.plays.claim(lost, "a worker that died")
    before = metrics_of_process(engine, "scheduler")
    for _ in range(2):
        plays.update_many({"_id": {"$in": [lost, new]}}, {"$set": {"dueAt": past}})
        sweep(engine)
    after = metrics_of_process(engine, "scheduler")

    def more(sample: str) -> float:
        return value(after, sample) - value(before, sample)

    assert more("flow8_lease_expiries_total") == 1
    assert more('flow8_rescues_total{why="lease"}') == 2
    assert more('flow8_rescues_total{why="waiting"}') == 2
    assert more('flow8_rescues_total{why="time"}') == 0


def test_what_a_listener_hears_is_late_by_a_figure(engine: Engine, stage: Stage) -> None:
    before = metrics_of_process(engine, "worker")
    flow = stage.publish(a_flow())
    with engine.live.listening("*", lambda _: None):
        for _ in range(100):
            perform(engine, start(engine, StartRequest(flow, {}, Origin("test"))).play_id)
            after = metrics_of_process(engine, "worker")
            if value(after, "flow8_event_lag_seconds_count") > value(before, "flow8_event_lag_seconds_count"):
                break

    assert value(after, "flow8_event_lag_seconds_count") > value(before, "flow8_event_lag_seconds_count")


def test_connections_in_use_are_counted_while_they_are(engine: Engine) -> None:
    with engine.store.database.client.start_session() as session:
        rows = engine.store.database["plays"].find({}, session=session)
        list(rows)
        idle = engine.store.connections_in_use()

    assert idle == 0
    assert value(metrics_of_process(engine, "web"), 'flow8_pool_size{pool="mongodb"}') == 100
