"""A run beside an earlier one: every value as a ratio to what it was."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.report import FORMAT, number
from bench.rows import RATE

NEUTRAL = frozenset({"count", "processes", "at_once", "grown_mb"})
WORSE = 0.10
"""What is worse by more than a tenth stands out."""
SAME = (("machine", "processor"), ("machine", "cores"), ("machine", "filesystem"), ("settings", "quick"))
SAME_SETTINGS = ("broker", "worker_processes", "worker_threads", "web_processes", "seconds")


class Unreadable(Exception):
    """The file is not a run of the bench."""


@dataclass(frozen=True)
class Change:
    """One value now and before."""

    title: str
    value: str
    before: float
    now: float

    @property
    def ratio(self) -> float:
        """Now divided by before."""
        return self.now / self.before

    @property
    def is_worse(self) -> bool:
        """Whether it is worse by more than a tenth: fewer per second, or more of anything else."""
        return self.ratio < 1 - WORSE if self.value == RATE else self.ratio > 1 + WORSE


def read(file: Path) -> dict[str, Any]:
    """An earlier run.

    Raises:
        Unreadable: the file is none.
    """
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unreadable(f"{file} cannot be read: {error}") from None
    if not isinstance(run, dict) or run.get("format") != FORMAT:
        raise Unreadable(f"{file} is not a run of this bench")
    return run


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    """Every value that both runs have, in the order of the later one."""
    known = {each["name"]: each["values"] for each in before["results"]}
    for result in now["results"]:
        old = known.get(result["name"], {})
        for value, reached in result["values"].items():
            if value not in NEUTRAL and old.get(value):
                yield Change(result["title"], value, old[value], reached)


def missing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What only the earlier run has: it was not asked for now, or does not work any more."""
    has = {each["name"] for each in now["results"]}
    return [each["title"] for each in before["results"] if each["name"] not in has]


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What else than flow8 differs between two runs, in words."""
    places = [*SAME, *(("settings", name) for name in SAME_SETTINGS)]
    found = [
        f"{part}.{name}: {before[part].get(name)} before, {now[part].get(name)} now"
        for part, name in places
        if before[part].get(name) != now[part].get(name)
    ]
    old, new = before["versions"], now["versions"]
    return found + [
        f"{name}: {old.get(name)} before, {new.get(name)} now"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def show(before: Mapping[str, Any], now: Mapping[str, Any], console: Console) -> None:
    """The ratios as a table."""
    table = Table(title=f"compared with the run of {before['at']}", title_justify="left")
    for name in ("what", "value"):
        table.add_column(name)
    for name in ("before", "now", "now / before"):
        table.add_column(name, justify="right")
    for change in changes(before, now):
        style = "red" if change.is_worse else None
        cells = (change.title, change.value, number(change.before), number(change.now), f"{change.ratio:.2f}")
        table.add_row(*cells, style=style)
    console.print(table)
    for title in missing(before, now):
        console.print(f"[yellow]measured before, and not now: {title}[/yellow]")
    for difference in differences(before, now):
        console.print(f"[yellow]differs: {difference}[/yellow]")
