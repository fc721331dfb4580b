"""The checker: compares what clients were promised with what was seen from outside, play by play."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.chaos.evidence import Evidence, Heard, Line, by_play
from bench.chaos.plan import Victim
from bench.chaos.work import AFTER, EFFECTS, LAST

ENDS = frozenset({"DONE", "FAIL", "SKIP", "FILTERED", "CANCELLED"})
WORKERS = frozenset({Victim.WORKER, Victim.WORKER_MASTER})
MONGODB_BLUR = 10.0
"""A flowlet that began so many seconds after MongoDB was killed may still have met its absence."""

FAULTS = {
    "lost": "accepted, but gone or ended without all of its effects",
    "stuck": "accepted, but not finished when the wait was over",
    "wrongEnds": "accepted, but ended as something else than DONE",
    "repeated": "finished flowlets that ran again",
    "unexplained": "flowlets that ran again though nothing that held them was killed",
    "duplicates": "idempotency keys with more than one play",
    "untrue": "answers or layers that say something else than the effect log",
    "unanswered": "orders that never got a 2xx",
}
"""What must not happen, and what it means."""


@dataclass
class Verdict:
    """What the evidence comes to: findings in words for each fault, and figures about what is allowed."""

    accepted: int = 0
    faults: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in FAULTS})
    reruns: int = 0
    """Flowlets that ran again after a kill, before their end was stored. They are meant to."""
    unknown: int = 0
    """Irreversible flowlets that a kill left with an unknown outcome. They do not run again."""
    rescues: list[float] = field(default_factory=list)
    """Seconds from the kill of a play's worker until the play's next flowlet started elsewhere."""
    silences: list[float] = field(default_factory=list)
    """The longest time of each play without a sign of life, in seconds, from its first answer on."""

    @property
    def holds(self) -> bool:
        """Whether nothing happened that must not."""
        return not any(self.faults.values())


def check(evidence: Evidence) -> Verdict:
    """Judge a run."""
    verdict = Verdict()
    promised = _promises(evidence.heard)
    verdict.accepted = len(promised)
    _orders(evidence, verdict)
    lines = by_play(evidence.lines)
    for play in sorted(promised.keys() | lines.keys()):
        _Play(play, lines.get(play, []), promised.get(play, []), evidence).judge(verdict)
    return verdict


def _promises(heard: Sequence[Heard]) -> dict[str, list[Heard]]:
    found: dict[str, list[Heard]] = defaultdict(list)
    for each in heard:
        found[each.play].append(each)
    return dict(found)


def _orders(evidence: Evidence, verdict: Verdict) -> None:
    plays: dict[int, set[str]] = defaultdict(set)
    for each in evidence.heard:
        plays[each.n].add(each.play)
    answered = set(plays)
    for line in evidence.lines:
        plays[line.n].add(line.play)
    verdict.faults["duplicates"] += [
        f"order {n} became the plays {', '.join(sorted(found))}"
        for n, found in plays.items()
        if len(found) > 1
    ]
    verdict.faults["unanswered"] += [f"order {n}" for n in range(evidence.orders) if n not in answered]
    verdict.faults["untrue"] += [
        f"order {each.n} was answered {each.status}: {each.text}" for each in evidence.refused
    ]


@dataclass
class _Play:
    """One play and all that was seen of it."""

    id: str
    lines: Sequence[Line]
    answers: Sequence[Heard]
    evidence: Evidence

    def judge(self, verdict: Verdict) -> None:
        """Add what this play says."""
        faults = verdict.faults
        if self.answers:
            name, words = self._end()
            if name:
                faults[name].append(f"play {self.id} {words}")
            faults["untrue"] += self._untruths()
            verdict.silences.append(self._silence())
        faults["repeated"] += self._repeated()
        reruns = list(self._reruns())
        faults["unexplained"] += [self._words(line) for line in reruns if not self._is_explained(line)]
        verdict.reruns += sum(1 for line in reruns if self._is_explained(line))
        if self._layer("send") == "FAIL":
            verdict.unknown += 1
            faults["unexplained"] += self._unknown_for_no_reason()
        verdict.rescues += self._rescues()

    def _end(self) -> tuple[str, str]:
        state = self._state()
        if not state:
            return "lost", "is not there"
        if state not in ENDS:
            why = self.evidence.seen[self.id].why
            return "stuck", f"is {state}; its last sign of life: {self._last()}; {why or 'nobody knows why'}"
        if state != "DONE":
            error = self.evidence.seen[self.id].error
            return "wrongEnds", f"ended as {state}: {error}"
        missing = [ref for ref in EFFECTS if ref != "send" and not self._count(ref, ends=True)]
        return ("lost", f"is DONE without the end of {', '.join(missing)}") if missing else ("", "")

    def _untruths(self) -> Iterator[str]:
        for each in self.answers:
            if each.output is not None and each.output.get("n") != each.n:
                yield f"the answer to order {each.n} is {dict(each.output)}"
        if self._layer("send") == "DONE" and not self._count("send", ends=True):
            yield f"play {self.id} calls send DONE, which never ended"

    def _repeated(self) -> Iterator[str]:
        """Starts of what was surely stored: what follows it had started, or all was over."""
        over_at = min((each.at for each in self.answers if each.output is not None), default=float("inf"))
        for line in self._later_starts():
            followed = self._first_start(AFTER[line.ref]) < line.at
            if line.ref == "send" or followed:
                yield self._words(line)
        for line in self._starts():
            if line.at > over_at:
                yield f"{self._words(line)}, after its end was answered"

    def _reruns(self) -> Iterator[Line]:
        """Second and later starts of flowlets whose end was perhaps not stored."""
        for line in self._later_starts():
            if line.ref != "send" and self._first_start(AFTER[line.ref]) >= line.at:
                yield line

    def _is_explained(self, again: Line) -> bool:
        """Whether, since the start before, its process was killed or MongoDB was."""
        before = max((line for line in self._starts(again.ref) if line.at < again.at), key=_time)
        return self._was_cut_short(before, again.at)

    def _unknown_for_no_reason(self) -> Iterator[str]:
        last = max((line for line in self.lines if line.ref != LAST), key=_time, default=None)
        goes_on = self._first_start([LAST])
        if last is not None and not self._was_cut_short(last, goes_on):
            yield f"play {self.id} says that the outcome of send is unknown"

    def _was_cut_short(self, line: Line, until: float) -> bool:
        return any(
            line.pid in kill.pids
            if kill.victim in WORKERS
            else kill.victim is Victim.MONGODB and kill.at > line.at - MONGODB_BLUR
            for kill in self.evidence.kills
            if kill.at < until
        )

    def _rescues(self) -> Iterator[float]:
        for kill in self.evidence.kills:
            if kill.victim not in WORKERS:
                continue
            last = max((line for line in self.lines if line.at <= kill.at), key=_time, default=None)
            if last is None or last.pid not in kill.pids or (last.ends and last.ref == LAST):
                continue
            following = [
                line.at for line in self._starts() if line.at > kill.at and line.pid not in kill.pids
            ]
            if following:
                yield min(following) - kill.at

    def _silence(self) -> float:
        first = min(each.at for each in self.answers)
        signs = sorted([first, *(line.at for line in self.lines)])
        return max((later - sooner for sooner, later in itertools.pairwise(signs)), default=0.0)

    def _starts(self, ref: str | None = None) -> list[Line]:
        return [line for line in self.lines if not line.ends and ref in (None, line.ref)]

    def _later_starts(self) -> Iterator[Line]:
        met = Counter[str]()
        for line in self._starts():
            met[line.ref] += 1
            if met[line.ref] > 1:
                yield line

    def _first_start(self, refs: Sequence[str]) -> float:
        return min((line.at for ref in refs for line in self._starts(ref)), default=float("inf"))

    def _count(self, ref: str, *, ends: bool) -> int:
        return sum(line.ref == ref and line.ends is ends for line in self.lines)

    def _state(self) -> str:
        return self.evidence.seen[self.id].state if self.id in self.evidence.seen else ""

    def _layer(self, ref: str) -> str:
        return self.evidence.seen[self.id].layers.get(ref, "") if self.id in self.evidence.seen else ""

    def _last(self) -> str:
        return self._words(self.lines[-1]) if self.lines else "none"

    def _words(self, line: Line) -> str:
        what = "end" if line.ends else "start"
        number = sum(
            each.ref == line.ref and each.ends is line.ends and each.at <= line.at for each in self.lines
        )
        since = line.at - self.evidence.began_at
        return f"play {line.play}: {what} {number} of {line.ref} at {since:.2f} s in process {line.pid}"


def _time(line: Line) -> float:
    return line.at


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that this share of the values does not exceed; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
