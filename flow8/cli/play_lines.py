"""What `play --follow` shows: a line for each step, and one for each loop, however many items it has."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from flow8.services.following import LOOP, Line

COLOURS = {"DONE": "green", "FAIL": "red", "RUN": "cyan", "DEFERRED": "yellow", "WAIT": "yellow"}
MOST_OF_ONE = 5
"""So many iterations are shown that wait or failed at the same flowlet; the rest is in the counts."""
POSITION_WIDTH = 4


def show(console: Console, lines: Iterable[Line], layers: Iterable[Mapping[str, Any]]) -> None:
    """Print lines as they come; where that is a terminal, the loops that go on are counted below them."""
    view = _View(layers)
    with Live(console=console, transient=True, auto_refresh=False) as below:
        for line in lines:
            texts = view.texts(line)
            below.update(view.loops(), refresh=True)
            for text in texts:
                console.print(text, soft_wrap=True)


class _View:
    """Turns lines into what people read."""

    def __init__(self, layers: Iterable[Mapping[str, Any]]) -> None:
        known = list(layers)
        widths = (len(each["ref"]) + (POSITION_WIDTH if each["inside"] else 0) for each in known)
        self._width = max(widths, default=0)
        self._app_ids = {each["ref"]: each["appId"] or "" for each in known}
        self._told: Counter[tuple[str, str]] = Counter()
        self._loops: dict[str, Line] = {}

    def texts(self, line: Line) -> list[Text]:
        """What to print for a line; nothing for the counts of a loop, which `loops` shows."""
        if line["type"] == LOOP:
            self._loops[line["layerId"]] = line
            return []
        ref, layer_id = line.get("ref"), line.get("layerId")
        if line.get("loop"):
            self._loops.pop(str(layer_id), None)
        if layer_id == ref:
            return [self._text(line)]
        return [self._text(each) for each in self._at_most_some(line)]

    def _at_most_some(self, line: Line) -> list[Line]:
        """The lines of iterations, until there are too many of one kind; then a last one that says so."""
        kind = (line["ref"], line["state"])
        self._told[kind] += 1
        if self._told[kind] <= MOST_OF_ONE:
            return [line]
        last = {**line, "layerId": line["ref"], "error": "more of these are only counted"}
        return [last] if self._told[kind] == MOST_OF_ONE + 1 else []

    def loops(self) -> Text:
        """The counts of the loops that go on."""
        return Text("\n").join(self._text(line) for line in self._loops.values())

    def _text(self, line: Line) -> Text:
        state, ref = str(line.get("state") or ""), line.get("ref")
        subject = "play" if ref is None else str(line["layerId"])
        app_id = self._app_ids.get(str(ref), "")
        text = Text(f"{line['timestamp'][11:23]}  {subject:{self._width}}  {app_id:14}  ")
        text.append(f"{state:8}", COLOURS.get(state, ""))
        told = [_counted(line["loop"])] if line.get("loop") else []
        told += [line["error"]] if line.get("error") else []
        return text.append("".join(f"  {each}" for each in told))


def _counted(loop: Mapping[str, Any]) -> str:
    """`55 done, 2 failed, 5 under way, of 100`."""
    numbers = {"done": loop["done"], "failed": loop["failed"], "under way": len(loop["open"])}
    some = [f"{number} {word}" for word, number in numbers.items() if number or word == "done"]
    return f"{', '.join(some)} of {loop['count']}"
