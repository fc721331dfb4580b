"""The plan is the same for the same seed, and the checker finds every broken promise that it is shown."""

from dataclasses import replace

import pytest

from bench.chaos.checker import Verdict, check, percentile
from bench.chaos.evidence import TOLD, Evidence, Heard, Kill, Line, Refused, Seen, read_log, told_in
from bench.chaos.options import Broker, Options
from bench.chaos.plan import Victim, kills_of, orders_of
from bench.chaos.report import Report
from config.kinds import ROOT

ONE, OTHER = 101, 102
SPEAKERS = ("flow8/engine/held.py", "flow8/engine/alone.py", "workers/actors.py")
LAYERS = dict.fromkeys(("look", "book", "total", "send", "close"), "DONE")


def lines_of(*words: str, play: str = "p", n: int = 0) -> list[Line]:
    """Lines a second apart: `+look` starts and `-look` ends in one process, with `!` in the other."""
    return [
        Line(float(at), OTHER if word.endswith("!") else ONE, word[0] == "-", play, word.strip("+-!"), n)
        for at, word in enumerate(words, start=1)
    ]


WHOLE = ("+look", "-look", "+book", "-book", "+send", "-send", "+close", "-close")


def evidence_of(*words: str, kills: tuple[Kill, ...] = (), seen: Seen | None = None) -> Evidence:
    """One order, accepted with a 202, whose play left these lines."""
    return Evidence(
        orders=1,
        lines=lines_of(*words),
        heard=[Heard(0, 0.5, "p")],
        refused=[],
        kills=kills,
        seen={"p": seen or Seen("DONE", LAYERS)},
        began_at=0.0,
        quiet_after=1.0,
    )


def broken(verdict: Verdict) -> dict[str, int]:
    """The faults that were found, and how often."""
    return {name: len(found) for name, found in verdict.faults.items() if found}


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    options = Options(seed=4)

    assert kills_of(options) == kills_of(Options(seed=4))
    assert orders_of(options) == orders_of(Options(seed=4))
    assert kills_of(options) != kills_of(Options(seed=5))
    assert orders_of(options) != orders_of(Options(seed=5))


@pytest.mark.parametrize(("broker", "mongodb", "rabbitmq"), [(Broker.MONGODB, 7, 0), (Broker.AMQP, 4, 3)])
def test_a_plan_kills_as_often_as_asked_within_the_storm(broker: Broker, mongodb: int, rabbitmq: int) -> None:
    options = Options(
        worker_kills=9, broker_kills=3, web_kills=2, scheduler_kills=1, mongodb_kills=4, broker=broker
    )

    planned = kills_of(options)

    victims = [each.victim for each in planned]
    assert victims.count(Victim.WORKER) == 6
    assert victims.count(Victim.WORKER_MASTER) == 3
    assert victims.count(Victim.MONGODB) == mongodb
    assert victims.count(Victim.RABBITMQ) == rabbitmq
    assert all(0 <= each.at <= options.seconds for each in planned)


def test_a_play_that_ran_once_and_whole_is_no_fault() -> None:
    verdict = check(evidence_of(*WHOLE))

    assert verdict.holds
    assert (verdict.accepted, verdict.reruns, verdict.rescues) == (1, 0, [])


def test_a_log_is_read_in_the_order_of_its_times() -> None:
    text = "2500000000 7 end 65f0/book 3\n1000000000 6 start 65f0/book 3\n"

    assert read_log(text) == [
        Line(1.0, 6, ends=False, play="65f0", ref="book", n=3),
        Line(2.5, 7, ends=True, play="65f0", ref="book", n=3),
    ]


def test_a_flowlet_cut_short_by_a_kill_may_run_again_and_tells_the_time_of_rescue() -> None:
    kill = Kill(3.5, Victim.WORKER, (ONE,))

    verdict = check(
        evidence_of(
            *("+look", "-look", "+book", "+book!", "-book!", "+send!", "-send!", "+close!", "-close!"),
            kills=(kill,),
        )
    )

    assert verdict.holds
    assert (verdict.reruns, verdict.rescues) == (1, [0.5])


def test_a_flowlet_that_ran_again_without_a_kill_is_unexplained() -> None:
    evidence = evidence_of("+look", "-look", "+book", "+book!", *WHOLE[3:])
    elsewhere = Kill(3.5, Victim.WORKER, (999,))
    web = Kill(3.5, Victim.WEB, (ONE,))

    assert broken(check(evidence)) == {"unexplained": 1}
    assert broken(check(replace(evidence, kills=[elsewhere, web]))) == {"unexplained": 1}
    assert check(replace(evidence, kills=[Kill(3.5, Victim.MONGODB, (5,))])).holds


def test_a_flowlet_whose_successor_had_started_is_repeated_even_after_a_kill() -> None:
    kill = Kill(5.5, Victim.WORKER_MASTER, (ONE,))

    verdict = check(evidence_of(*WHOLE[:5], "+book!", "-book!", "+close!", "-close!", kills=(kill,)))

    assert broken(verdict)["repeated"] == 1


def test_an_irreversible_flowlet_never_starts_twice() -> None:
    kill = Kill(5.5, Victim.WORKER, (ONE,))

    verdict = check(evidence_of(*WHOLE[:5], "+send!", "-send!", "+close!", "-close!", kills=(kill,)))

    assert broken(verdict) == {"repeated": 1}


def test_an_irreversible_flowlet_may_stay_unknown_after_a_kill_only() -> None:
    unknown = Seen("DONE", {**LAYERS, "send": "FAIL"})
    evidence = evidence_of(*WHOLE[:5], "+close!", "-close!", seen=unknown)

    killed = check(replace(evidence, kills=[Kill(5.5, Victim.WORKER, (ONE,))]))

    assert (broken(killed), killed.unknown) == ({}, 1)
    assert broken(check(evidence)) == {"unexplained": 1}


def test_a_layer_that_is_called_done_must_have_ended() -> None:
    assert broken(check(evidence_of(*WHOLE[:5], *WHOLE[6:]))) == {"untrue": 1}


def test_a_start_after_the_answer_that_brought_the_end_is_repeated() -> None:
    evidence = evidence_of(*WHOLE, "+close!", kills=(Kill(8.7, Victim.WORKER, (ONE,)),))

    assert check(evidence).holds
    over = replace(evidence, heard=[Heard(0, 8.5, "p", {"n": 0})])
    assert broken(check(over)) == {"repeated": 1}


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        (Seen(""), "lost"),
        (Seen("RUN"), "stuck"),
        (Seen("DEFERRED"), "stuck"),
        (Seen("FAIL", error="POISONED"), "wrongEnds"),
    ],
)
def test_an_accepted_play_must_be_there_finished_and_done(seen: Seen, fault: str) -> None:
    assert broken(check(evidence_of(*WHOLE, seen=seen))) == {fault: 1}


def test_a_stuck_play_is_shown_with_what_it_waits_for() -> None:
    evidence = evidence_of(*WHOLE[:2], seen=Seen("RUN", why="Worker w performs it."))

    (found,) = check(evidence).faults["stuck"]

    assert found.startswith("play p is RUN; its last sign of life: play p: end 1 of look")
    assert found.endswith("; Worker w performs it.")


def test_what_is_counted_in_flow8s_log_are_words_that_it_says() -> None:
    code = "".join((ROOT / name).read_text() for name in SPEAKERS)
    log = "WARN engine the lease of play 6b04 is lost; another worker has it\nINFO nothing\n" * 2

    assert all(words in code for words in TOLD.values())
    assert told_in(log) == {"leases lost": 2, "performed alone": 0, "let go": 0}


def test_a_done_play_without_all_its_effects_is_lost() -> None:
    assert broken(check(evidence_of(*WHOLE[:-1]))) == {"lost": 1}


def test_two_plays_of_one_key_are_duplicates_whether_answered_or_only_performed() -> None:
    evidence = evidence_of(*WHOLE)
    answered = replace(
        evidence,
        heard=[*evidence.heard, Heard(0, 0.6, "q")],
        lines=[*evidence.lines, *lines_of(*WHOLE, play="q")],
        seen={**evidence.seen, "q": Seen("DONE", LAYERS)},
    )
    performed = replace(evidence, lines=[*evidence.lines, *lines_of("+look", play="q")])

    assert broken(check(answered)) == {"duplicates": 1}
    assert broken(check(performed)) == {"duplicates": 1}


def test_an_order_without_a_2xx_and_a_false_answer_are_faults() -> None:
    evidence = evidence_of(*WHOLE)

    assert broken(check(replace(evidence, orders=2))) == {"unanswered": 1}
    assert broken(check(replace(evidence, heard=[Heard(0, 9.5, "p", {"n": 1})]))) == {"untrue": 1}
    assert broken(check(replace(evidence, refused=[Refused(0, 500, "no")]))) == {"untrue": 1}


def test_the_json_of_a_run_holds_seed_settings_and_every_finding() -> None:
    evidence = evidence_of(*WHOLE, seen=Seen("RUN"), kills=(Kill(3.5, Victim.WEB, (1,)),))
    report = Report("now", {"flow8": "1"}, {"cores": 2}, Options(seed=9), evidence, check(evidence))

    found = report.as_json()

    assert (found["seed"], found["settings"]["plays"], found["kills"]) == (9, 500, {"web": 1})
    assert found["faults"]["stuck"]["count"] == 1
    assert found["faults"]["stuck"]["found"][0].startswith("play p is RUN")
    assert found["holds"] is False
    assert "folder" not in found["settings"]


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([3.0, 1.0, 2.0], 1.0) == 3.0
    assert percentile([], 0.5) is None
