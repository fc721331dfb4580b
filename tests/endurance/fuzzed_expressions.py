"""Works out generated expressions under an audit hook and prints what was seen; run by test_expressions.py.

It is a process of its own because an audit hook stays for ever, and because its address space is limited: an
expression that takes more than 64 MiB ends in a MemoryError.
"""

import contextlib
import gc
import json
import os
import resource
import sys
import time
import tracemalloc
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[2]))

from flow8.domain.expression import ExpressionError, Scope, compile_value
from tests.support.expressions import LARGE, Maker, context

MEBIBYTE: Final = 1 << 20
MOST_BYTES: Final = 64 * MEBIBYTE
WORTH_WEIGHING_MS: Final = 3.0
"""What takes less time than this cannot fill 64 MiB; what takes longer is done again under tracemalloc."""
SUSPECT_MS: Final = 25.0
TRIES: Final = 3
"""What seems to take longer is timed again, and its least time counts: others use this machine too."""
YARDSTICK: Final = 180_000
"""Numbers that are squared and added for one yardstick: 10 ms where a step of an expression takes 1 µs."""
SHOWN: Final = 300
PAGE: Final = os.sysconf("SC_PAGE_SIZE")
OLDEST: Final = 2
UNKNOWN: Final = "it cannot be worked out with these values"


@dataclass
class Worst:
    """The largest of many figures, and the text that it belongs to."""

    figure: float = 0.0
    text: str = ""

    def see(self, figure: float, text: str) -> None:
        """Keep the larger one."""
        if figure > self.figure:
            self.figure, self.text = figure, text[:SHOWN]


@dataclass
class Seen:
    """What came of all expressions."""

    values: int = 0
    errors: int = 0
    unparsed: int = 0
    milliseconds: Worst = field(default_factory=Worst)
    yardsticks: Worst = field(default_factory=Worst)
    """The same for what took long, as multiples of a fixed piece of work that was done right after it."""
    mebibytes: Worst = field(default_factory=Worst)
    faults: list[str] = field(default_factory=list)
    hidden: Counter[str] = field(default_factory=Counter)
    """Kinds of Python's errors that became an ExpressionError."""


class Watch:
    """Hears of everything that Python audits, while it is on."""

    def __init__(self) -> None:
        self.is_on = False
        self.events: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: Any) -> None:
        if self.is_on:
            self.events.append(f"{event} {args}"[:SHOWN])


class FullCollections:
    """The time of this thread that full garbage collections took: it is that of the process's heap."""

    def __init__(self) -> None:
        self.nanoseconds = self._began = 0
        gc.callbacks.append(self._hear)

    def _hear(self, phase: str, info: dict[str, int]) -> None:
        if info["generation"] == OLDEST and phase == "start":
            self._began = time.thread_time_ns()
        elif info["generation"] == OLDEST:
            self.nanoseconds += time.thread_time_ns() - self._began


class Fuzz:
    """Works out one text after the other, and looks at what each of them did."""

    def __init__(self, seed: str) -> None:
        self.seen = Seen()
        self.is_parsed = False
        self._maker = Maker(seed)
        self._scope = Scope(context())
        self._pristine = context()
        self._large = [f"$args.{name}" for name in LARGE.values()]
        self._before = self._small()
        self._data = compile_value("{{ $args.x }}")
        compile_value('{{ "2026-02-01" | date("Europe/Berlin") }}').evaluate(self._scope)  # reads the zones
        self._statm = os.open("/proc/self/statm", os.O_RDONLY)
        gc.collect()
        gc.freeze()
        self._collections = FullCollections()
        self._watch = Watch()
        self._prove_that_it_can_fail()

    def _prove_that_it_can_fail(self) -> None:
        self._limit_memory()
        self._watch.is_on = True
        os.scandir("/").close()
        self._watch.is_on = False
        heard, self._watch.events = self._watch.events, []
        try:
            bytearray(MOST_BYTES + MEBIBYTE)
        except MemoryError:
            heard.append("MemoryError")
        if heard != ["os.scandir ('/',)", "MemoryError"]:
            sys.exit(f"nothing would be noticed here: {heard}")

    def run(self, count: int) -> Seen:
        """Work out so many."""
        for _ in range(count):
            text = self._maker.text()
            result = self._work_out(text)
            self._judge(text, result)
        return self.seen

    def _work_out(self, text: str) -> Any:
        result, took = self._timed(text)
        for spaces in range(1, TRIES):
            if took > SUSPECT_MS:
                took = min(took, self._timed(text + " " * spaces)[1])
        self.seen.milliseconds.see(took, text)
        if took > SUSPECT_MS:
            self.seen.yardsticks.see(took / yardstick(), text)
        if took > WORTH_WEIGHING_MS:
            self.seen.mebibytes.see(self._peak(text), text)
        return result

    def _timed(self, text: str) -> tuple[Any, float]:
        """What comes of a text, an error included, and the milliseconds of this thread that it took."""
        self._limit_memory()
        self._watch.is_on = True
        began = time.thread_time_ns() - self._collections.nanoseconds
        self.is_parsed = False
        try:
            template = compile_value(text)
            self.is_parsed = True
            result = template.evaluate(self._scope)
        except ExpressionError as error:
            result = error
        except BaseException as error:  # noqa: BLE001 - any other at all is what is looked for
            result = error
        took = time.thread_time_ns() - self._collections.nanoseconds - began
        self._watch.is_on = False
        return result, took / 1e6

    def _limit_memory(self) -> None:
        pages = int(os.pread(self._statm, 100, 0).split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * PAGE + MOST_BYTES, resource.RLIM_INFINITY))

    def _peak(self, text: str) -> float:
        """MiB that were taken at the same time when the text, with a space more, is worked out again."""
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        tracemalloc.start()
        with contextlib.suppress(ExpressionError):
            compile_value(f"{text} ").evaluate(self._scope)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak / MEBIBYTE

    def _judge(self, text: str, result: Any) -> None:
        if self._watch.events:
            self._fault(text, f"audit events {self._watch.events[:5]}")
            self._watch.events.clear()
        if isinstance(result, ExpressionError):
            self._judge_error(text, result)
        elif isinstance(result, BaseException):
            self._fault(text, f"{type(result).__name__}: {result}")
        elif not is_json(result):
            self._fault(text, f"no JSON: {result!r}")
        else:
            self.seen.values += 1
        if self._is_changed(text):
            self._fault(text, "the context changed")
        if self._data.evaluate(Scope({"args": {"x": text}})) != text:
            self._fault(text, "as data it did not stay what it is")

    def _judge_error(self, text: str, error: ExpressionError) -> None:
        self.seen.errors += 1
        self.seen.unparsed += not self.is_parsed
        if UNKNOWN in error.reason:
            self.seen.hidden[type(error.__context__).__name__] += 1
            if isinstance(error.__context__, (LookupError, TypeError)):
                self._fault(text, f"hides {error.__context__!r}")
        if "hunter2" in str(error):
            self._fault(text, f"tells data: {error}")

    def _is_changed(self, text: str) -> bool:
        """What is large is looked at when it was named."""
        if self._small() != self._before:
            return True
        return any(path in text for path in self._large) and self._scope.roots != self._pristine

    def _small(self) -> str:
        """All that is not large, as text that tells 1, 1.0 and true apart."""
        roots = self._scope.roots
        args = {key: value for key, value in roots["args"].items() if key not in LARGE.values()}
        return repr({**roots, "args": args, "prev": {**roots["prev"], "args": None}})

    def _fault(self, text: str, what: str) -> None:
        self.seen.faults.append(f"{what[:SHOWN]} in {text[:SHOWN]!r}")


def yardstick() -> float:
    """The milliseconds of this thread that a fixed piece of work takes here and now."""
    began = time.thread_time_ns()
    sum(number * number for number in range(YARDSTICK))
    return (time.thread_time_ns() - began) / 1e6


def is_json(value: Any) -> bool:
    """Whether a value is JSON through and through."""
    if type(value) is list:
        return all(map(is_json, value))
    if type(value) is dict:
        return all(type(key) is str and is_json(part) for key, part in value.items())
    return value is None or type(value) in (str, bool, int, float)


def main(seed: str, count: int) -> None:
    began = time.process_time()
    seen = Fuzz(seed).run(count)
    told = {
        "count": count,
        "values": seen.values,
        "errors": seen.errors,
        "unparsed": seen.unparsed,
        "milliseconds": [seen.milliseconds.figure, seen.milliseconds.text],
        "yardsticks": [seen.yardsticks.figure, seen.yardsticks.text],
        "mebibytes": [seen.mebibytes.figure, seen.mebibytes.text],
        "hidden": seen.hidden,
        "faults": len(seen.faults),
        "found": seen.faults[:20],
        "seconds": time.process_time() - began,
    }
    sys.stdout.write(json.dumps(told) + "\n")


main(sys.argv[1], int(sys.argv[2]))
