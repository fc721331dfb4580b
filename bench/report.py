"""A finished run: as JSON that a later one can be compared with, and as a table for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.rows import RATE, Aim, Result

FORMAT = 1
COLUMNS = {
    RATE: "per s",
    "p50_ms": "p50 ms",
    "p95_ms": "p95 ms",
    "p99_ms": "p99 ms",
    "server_cpu_ms": "cpu ms",
}
"""Values with a column of their own; the others stand below the title."""
WIDTH = 44
HIDDEN = frozenset({"count", "mongodb_cpu_ms"})
HUNDRED = 100


@dataclass
class Report:
    """All results, what was left out and why, and what the numbers need beside them."""

    at: str
    seed: int
    versions: Mapping[str, str]
    machine: Mapping[str, Any]
    settings: Mapping[str, Any]
    results: Sequence[Result] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    load: Sequence[float] = ()

    def result(self, name: str | None) -> Result | None:
        """The result of this name."""
        return next((each for each in self.results if each.name == name), None)

    def as_json(self) -> dict[str, Any]:
        """The whole run."""
        return {
            "format": FORMAT,
            "at": self.at,
            "seed": self.seed,
            "versions": dict(self.versions),
            "machine": {**self.machine, "load": list(self.load)},
            "settings": dict(self.settings),
            "results": [_result_json(self, each) for each in self.results],
            "leftOut": dict(self.left_out),
        }


def share(report: Report, result: Result, value: str = RATE) -> float | None:
    """A value as a share of the same of the row it is measured beside."""
    bare = report.result(result.row.of)
    if bare is None or not bare.values.get(value) or value not in result.values:
        return None
    return result.values[value] / bare.values[value]


def reached(report: Report, result: Result, aim: Aim) -> bool | None:
    """Whether an aim is reached; None when that cannot be said."""
    other = report.result(aim.of)
    return aim.holds(result.values[aim.value], None if other is None else other.values.get(aim.value))


def _result_json(report: Report, result: Result) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": result.name,
        "title": result.row.title,
        "rounds": result.rounds,
        "values": dict(result.values),
        "spread": {key: list(ends) for key, ends in result.spread.items()},
    }
    if result.row.of is not None:
        found |= {"of": result.row.of, "share": share(report, result)}
    if result.row.aims:
        found["aims"] = [
            {**_aim_json(aim), "reached": reached(report, result, aim)} for aim in result.row.aims
        ]
    return found


def _aim_json(aim: Aim) -> dict[str, Any]:
    return {key: value for key, value in vars(aim).items() if value is not None}


def show(report: Report, console: Console) -> None:
    """The table, and what to know about it."""
    table = Table(title="flow8 bench", title_justify="left")
    table.add_column("what", min_width=WIDTH)
    for name in (*COLUMNS.values(), "of bare"):
        table.add_column(name, justify="right")
    table.add_column("aim", no_wrap=True)
    for result in report.results:
        table.add_row(*_cells(report, result))
    console.print(table)
    for name, why in report.left_out.items():
        console.print(f"[yellow]left out: {name}: {why}[/yellow]")
    console.print(_footer(report), highlight=False)


def _cells(report: Report, result: Result) -> list[str]:
    values = [number(result.values[key]) if key in result.values else "" for key in COLUMNS]
    part = share(report, result)
    others = "  ".join(
        f"{key} {number(value)}" for key, value in result.values.items() if key not in {*COLUMNS, *HIDDEN}
    )
    title = f"{result.row.title}\n[dim]{others}[/dim]" if others else result.row.title
    aims = "\n".join(_aim_text(report, result, aim) for aim in result.row.aims)
    return [title, *values, "" if part is None else f"{part:.2f}", aims]


def _aim_text(report: Report, result: Result, aim: Aim) -> str:
    name = COLUMNS.get(aim.value, aim.value)
    words = f"{name} < {number(aim.below)}" if aim.below is not None else f"{name} ≥ {aim.at_least:g}"
    words += " of bare" if aim.of is not None else ""
    if report.settings.get("quick"):
        return words
    mark = {True: "[green]✓[/green] ", False: "[red]✗[/red] ", None: ""}[reached(report, result, aim)]
    return mark + words


def number(value: float) -> str:
    """A number with three digits that count."""
    if abs(value) >= HUNDRED or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _footer(report: Report) -> str:
    settings = report.settings
    machine, load = report.machine, ", ".join(f"{each:.1f}" for each in report.load)
    rounds = f"{settings['rounds']} round(s) with windows of {settings['seconds']:g} s"
    place = f"{machine['cores']} cores ({machine['processor']}), {machine['filesystem']}"
    lines = [
        f"Medians of {rounds}; broker: {settings['broker']}.",
        f"{place}; load average {load}. Client, servers and MongoDB share these cores.",
        "cpu ms: processor time of the serving processes for each answer, without MongoDB's.",
    ]
    if settings["quick"]:
        lines.append("A quick run: it shows that everything works; its times say nothing.")
    return "\n".join(lines)
