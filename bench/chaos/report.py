"""The outcome of a run: a table for people, JSON for programs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import facts
from bench.chaos.checker import FAULTS, Verdict, percentile
from bench.chaos.evidence import Evidence
from bench.chaos.options import Options
from flow8.clock import iso, utc_now

FORMAT = 1
SHOWN = 5
"""How many findings of each fault are printed; the JSON holds all of them."""


@dataclass(frozen=True)
class Report:
    """One run, with what its figures need beside them."""

    at: str
    versions: Mapping[str, str]
    machine: Mapping[str, Any]
    options: Options
    evidence: Evidence
    verdict: Verdict

    @classmethod
    def of(cls, options: Options, evidence: Evidence, verdict: Verdict, folder: Path) -> "Report":
        """The report of a run that just ended."""
        machine = {**facts.machine(folder), "load": facts.busy()}
        return cls(iso(utc_now()), facts.ours(), machine, options, evidence, verdict)

    def kills(self) -> dict[str, int]:
        """How often each victim was killed."""
        return dict(Counter(kill.victim.value for kill in self.evidence.kills))

    def as_json(self) -> dict[str, Any]:
        """The whole run."""
        settings = {name: value for name, value in asdict(self.options).items() if name != "folder"}
        return {
            "format": FORMAT,
            "at": self.at,
            "seed": self.options.seed,
            "versions": dict(self.versions),
            "machine": dict(self.machine),
            "settings": settings,
            "holds": self.verdict.holds,
            "accepted": self.verdict.accepted,
            "kills": self.kills(),
            "faults": {
                name: {"count": len(found), "found": found} for name, found in self.verdict.faults.items()
            },
            "reRuns": self.verdict.reruns,
            "outcomesUnknown": self.verdict.unknown,
            "clientRetries": self.evidence.retries,
            "told": dict(self.evidence.told),
            "rescueSeconds": _spread(self.verdict.rescues),
            "silenceSeconds": _spread(self.verdict.silences),
            "quietAfterSeconds": self.evidence.quiet_after,
        }


def _spread(values: Sequence[float]) -> dict[str, float | int | None]:
    shares = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    found = {name: percentile(values, share) for name, share in shares.items()}
    return {
        "count": len(values),
        **{name: None if each is None else round(each, 2) for name, each in found.items()},
    }


def show(report: Report, console: Console) -> None:
    """Print the table, the findings, and the verdict."""
    console.print(_table(report))
    for name, found in report.verdict.faults.items():
        for words in found[:SHOWN]:
            console.print(f"[red]{name}[/red]: {words}", soft_wrap=True, highlight=False)
        if len(found) > SHOWN:
            console.print(f"[red]{name}[/red]: and {len(found) - SHOWN} more")
    words = "[green]Nothing was lost and nothing finished was repeated.[/green]"
    console.print(words if report.verdict.holds else "[red]flow8 did not keep its promises.[/red]")


def _table(report: Report) -> Table:
    table = Table(title=f"Chaos, seed {report.options.seed}, broker {report.options.broker.value}")
    table.add_column("what")
    table.add_column("how many", justify="right")
    table.add_column("meaning")
    for row in _rows(report):
        table.add_row(*row)
    return table


def _rows(report: Report) -> list[tuple[str, str, str]]:
    verdict, evidence = report.verdict, report.evidence
    kills = ", ".join(f"{count} {name}" for name, count in sorted(report.kills().items()))
    quiet = "never" if evidence.quiet_after is None else f"{evidence.quiet_after:.1f} s"
    rows = [
        (
            "plays accepted",
            f"{verdict.accepted} of {evidence.orders}",
            f"{evidence.retries} retries by clients",
        ),
        ("kills", str(len(evidence.kills)), kills),
    ]
    rows += [(name, _red(len(verdict.faults[name])), meaning) for name, meaning in FAULTS.items()]
    told = ", ".join(f"{count} {name}" for name, count in evidence.told.items())
    return [
        *rows,
        ("re-runs", str(verdict.reruns), "flowlets cut short by a kill, and run again as they are meant to"),
        ("outcomes unknown", str(verdict.unknown), "irreversible flowlets cut short, and not run again"),
        ("rescue", _seconds(verdict.rescues), "from a worker's death to the next flowlet of its plays"),
        ("silence", _seconds(verdict.silences), "the longest wait inside each play"),
        ("quiet after", quiet, "from the end of the storm until every play is finished"),
        ("flow8's log", str(sum(evidence.told.values())), told),
    ]


def _red(count: int) -> str:
    return f"[red]{count}[/red]" if count else f"[green]{count}[/green]"


def _seconds(values: Sequence[float]) -> str:
    spread = _spread(values)
    return "none" if not values else f"p50 {spread['p50']}, p99 {spread['p99']}, max {spread['max']} s"
