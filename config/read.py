"""Reading declared settings from their sources."""

from collections.abc import Iterable
from typing import Any

from config.declare import Rule, Setting
from config.sources import Sources


def read_all(declared: Iterable[Setting], sources: Sources) -> tuple[dict[str, Any], frozenset[str]]:
    """Every value by attribute, and the names that were given.

    What cannot be read becomes a problem of `sources` and is left out, and so is what follows from it.
    """
    values: dict[str, Any] = {}
    given: set[str] = set()
    for each in declared:
        text = sources.text_of(each)
        if text is not None:
            given.add(each.name)
            _read_given(each, text, sources, values)
        else:
            _read_default(each, values)
    return values, frozenset(given)


def _read_given(declared: Setting, text: str, sources: Sources, values: dict[str, Any]) -> None:
    try:
        values[declared.attribute] = declared.kind.read(text)
    except ValueError:
        # A secret is not repeated, not even a wrong one.
        found = "what is given is not" if declared.secret else f"is {text!r}"
        sources.refuse(
            sources.whence(declared), f"must be {declared.kind.words}; {found}{_way_out(declared)}"
        )


def _way_out(declared: Setting) -> str:
    if declared.default is None:
        return "; correct it or leave it out"
    return f"; correct it, or leave it out for {declared.shown_default or 'none'}"


def _read_default(declared: Setting, values: dict[str, Any]) -> None:
    default = declared.default
    if isinstance(default, Rule):
        if any(name not in values for name in default.needs):
            return
        default = default.make(values)
    values[declared.attribute] = None if default is None else declared.kind.read(default)
