"""How pages show states, moments, durations and values."""

import json
from datetime import datetime
from typing import Any, Final, NamedTuple

from flask import Flask, g, request

from flow8.clock import iso
from web.pages import assets, ui

LONGEST_VALUE: Final = 4000
THEMES: Final = frozenset({"light", "dark"})
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


class Look(NamedTuple):
    """A state as people see it: a sign, a word, and the name of a colour."""

    sign: str
    word: str
    colour: str


LOOKS: Final = {
    "NEW": Look("○", "New", "quiet"),
    "RUN": Look("▸", "Running", "busy"),
    "WAIT": Look("◔", "Waiting", "late"),
    "DEFERRED": Look("◷", "Deferred", "late"),
    "ON_HOLD": Look("‖", "On hold", "late"),
    "DONE": Look("✓", "Done", "good"),
    "FAIL": Look("✕", "Failed", "bad"),
    "SKIP": Look("↷", "Skipped", "quiet"),
    "FILTERED": Look("⊘", "Filtered", "quiet"),
    "CANCELLED": Look("■", "Cancelled", "quiet"),
}


class Text(NamedTuple):
    """A value as text, and whether its end is missing."""

    text: str
    is_cut: bool


def register(app: Flask) -> None:
    """Let the templates of `app` show things."""
    app.jinja_env.filters.update(look=look, duration=duration, moment=moment, json=pretty)
    app.context_processor(_surroundings)


def _surroundings() -> dict[str, Any]:
    return {
        "actor": g.get("actor"),
        "asset_version": assets.VERSION,
        "has_ui": ui.is_there(),
        "theme": _theme(),
    }


def _theme() -> str | None:
    """Light or dark, where somebody chose; else it is as the system has it."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else None


def look(state: str) -> Look:
    """How a state looks."""
    return LOOKS[state]


def duration(milliseconds: int | None) -> str:
    """`45 ms`, `1.2 s`, `2 min 3 s`, `1 h 5 min`; a dash before the end."""
    if milliseconds is None:
        return "–"  # noqa: RUF001 - a dash is meant
    if milliseconds < SECOND:
        return f"{milliseconds} ms"
    if milliseconds < MINUTE:
        return f"{milliseconds / SECOND:.1f} s"
    if milliseconds < HOUR:
        return f"{milliseconds // MINUTE} min {milliseconds % MINUTE // SECOND} s"
    return f"{milliseconds // HOUR} h {milliseconds % HOUR // MINUTE} min"


def moment(value: datetime | str) -> str:
    """`2026-04-04 10:23:45 UTC`."""
    text = iso(value) if isinstance(value, datetime) else value
    return f"{text[:10]} {text[11:19]} UTC"


def pretty(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def text_of(value: Any, *, truncated: bool, longest: int) -> Text:
    """A layer's value; one that the service cut is text already."""
    text = value if truncated else pretty(value)
    return Text(text[:longest], truncated or len(text) > longest)
