"""Plays that kill whatever process performs them, among healthy ones: they end as POISONED, others DONE."""

import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from flow8.domain.play import UNFINISHED, PlayState
from tests.support.engines import Stage
from tests.support.sizes import sized
from tests.support.system import System, running, until

HEALTHY: Final = sized(97, 490)
POISONS: Final = sized(3, 10)
AT_ONCE: Final = sized(40, 200)
"""So many plays begin together, all poisons among them. The other ones come later, one by one."""
LATER_EVERY: Final = sized(0.5, 0.2)
"""Seconds between them."""
SEEDS: Final = sized([1], [1, 2, 3])
QUIET_SECONDS: Final = sized(300, 1200)
PLAYS_OF_A_PROCESS: Final = 100
MOST_BEGINNINGS: Final = 3
"""Two beside other plays, and one alone."""
CALLERS: Final = 8

DEATHS: Final = ("kill", "segfault", "exit", "quiet exit")
EFFECTS: Final = ("none", "write", "read")
"""Four and three: they meet in twelve ways before any of them is met again."""
REFS: Final = ("one", "two", "three")

pytestmark = [pytest.mark.journey, pytest.mark.timeout(QUIET_SECONDS + 120)]


def healthy(log: Path) -> dict[str, Any]:
    """Three flowlets, the second of which is slow enough to be at work when a process dies."""

    def probe(ref: str, effect: str, seconds: Any) -> dict[str, Any]:
        return {
            "ref": ref,
            "appId": "probe",
            "args": {"log": str(log), "effect": effect, "seconds": seconds},
        }

    slow = probe("two", "read", "{{ $args.seconds }}")
    return {
        "flow": "healthy",
        "name": "Healthy",
        "flowlets": [probe("one", "write", 0), slow, probe("three", "write", 0)],
    }


def poisonous(log: Path) -> dict[str, Any]:
    """A flow that kills."""
    args = {"log": str(log), "death": "{{ $args.death }}", "effect": "{{ $args.effect }}"}
    before = {"ref": "before", "appId": "var", "args": {"values": {"n": 1}}}
    poison = {"ref": "poison", "appId": "poison", "args": args}
    return {"flow": "poisonous", "name": "Poisonous", "flowlets": [before, poison]}


@dataclass
class Ward:
    """The plays of one run, healthy and not."""

    system: System
    folder: Path
    healthy: list[str] = field(default_factory=list)
    poisons: dict[str, str] = field(default_factory=dict)
    """What each of them does, by its id."""

    def admit(self, rng: random.Random) -> None:
        """Start everything, the plays that begin together in a random order."""
        self.system.publish(healthy(self.folder / "healthy.log"))
        self.system.publish(poisonous(self.folder / "poisons.log"))
        kinds = zip(itertools.cycle(DEATHS), itertools.cycle(EFFECTS), strict=False)
        orders: list[tuple[str, dict[str, Any]]] = [
            ("poisonous", {"death": death, "effect": effect})
            for death, effect in itertools.islice(kinds, POISONS)
        ]
        orders += [("healthy", {"seconds": rng.uniform(0.2, 2.0)}) for _ in range(HEALTHY)]
        together, later = orders[:AT_ONCE], orders[AT_ONCE:]
        rng.shuffle(together)
        with ThreadPoolExecutor(CALLERS) as pool:
            list(pool.map(self._start, together))
        for order in later:
            time.sleep(LATER_EVERY)
            self._start(order)

    def _start(self, order: tuple[str, dict[str, Any]]) -> None:
        flow, args = order
        play_id = self.system.run(flow, args=args)["playId"]
        if flow == "healthy":
            self.healthy.append(play_id)
        else:
            self.poisons[play_id] = f"{args['death']} in a flowlet of effect {args['effect']}"

    def is_quiet(self) -> bool:
        """Whether every play is over."""
        asked = urlencode([("size", "1"), *(("state", state.value) for state in sorted(UNFINISHED))])
        return not self.system.api("GET", f"plays?{asked}").json["data"]

    def play(self, play_id: str) -> Any:
        """A play as the API tells it."""
        return self.system.api("GET", f"plays/{play_id}").json

    def words(self, log: str) -> dict[str, list[str]]:
        """The lines of a log by their play: what was said, and the ref."""
        found: dict[str, list[str]] = {}
        for line in (self.folder / log).read_text().splitlines():
            said, _, key = line.partition(" ")
            play_id, _, ref = key.partition("/")
            found.setdefault(play_id, []).append(f"{said} {ref}")
        return found


def wrong_poisons(ward: Ward) -> Iterator[str]:
    """Poisons that did not end as they should, or took too many processes with them."""
    begun = ward.words("poisons.log")
    for play_id, what in ward.poisons.items():
        play, words = ward.play(play_id), Counter(begun.get(play_id, []))
        error = (play.get("error") or {}).get("code")
        if (play["state"], error) != ("FAIL", "POISONED"):
            yield f"{what}: {play['state']} {error}, {dict(words)}"
        elif words["alone poison"] != 1 or words.total() > MOST_BEGINNINGS:
            yield f"{what}: {dict(words)}"


def harmed(ward: Ward) -> Iterator[str]:
    """Healthy plays that did not end well, or did again what was finished."""
    done = ward.words("healthy.log")
    for play_id in ward.healthy:
        play, words = ward.play(play_id), done.get(play_id, [])
        if play["state"] != "DONE" or any(f"end {ref}" not in words for ref in REFS):
            yield f"{play_id}: {play['state']} {play.get('error')}, {words}"
        last = words.index("start three") if "start three" in words else len(words)
        if {"start one", "start two"} & set(words[last:]):
            yield f"{play_id} did again what was finished: {words}"


def test_a_module_that_calls_sys_exit_fails_its_flowlet_and_ends_no_process(stage: Stage) -> None:
    args = {"log": str(stage.log), "death": "sys exit", "effect": "{{ $args.effect }}"}
    poison = {"ref": "poison", "appId": "poison", "args": args, "after": []}
    beside = stage.probe("beside", effect="read", flowlet={"after": []})

    plays = [stage.play(poison, beside, args={"effect": effect}, flow=f"f-{effect}") for effect in EFFECTS]

    assert [(play.state, play.error.code) for play in plays if play.error] == [
        (PlayState.FAIL, "MODULE_BROKE")
    ] * len(EFFECTS)


@pytest.mark.parametrize("seed", SEEDS)
def test_poisons_end_as_poisoned_and_every_healthy_play_is_done(
    tmp_path: Path, broker: dict[str, str], seed: int
) -> None:
    settings = {**broker, "WORKER_PROCESSES": "2", "WORKER_THREADS": str(PLAYS_OF_A_PROCESS)}
    with running(tmp_path, **settings) as system:
        ward = Ward(system, tmp_path)

        ward.admit(random.Random(seed))
        until(ward.is_quiet, QUIET_SECONDS, "the end of every play")

        assert list(wrong_poisons(ward)) == []
        assert list(harmed(ward)) == []
        assert (len(ward.healthy), len(ward.poisons)) == (HEALTHY, POISONS)
