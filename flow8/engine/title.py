"""The title of a play: what lists show of it."""

from typing import Any

from flow8.domain.expression import ExpressionError, Scope, to_text
from flow8.domain.play import Play
from flow8.engine.compiled import CompiledFlow
from flow8.engine.roots import roots_of

TITLE_LENGTH = 200
KNOWN_LATER = frozenset({"prev", "layer"})


def title_of(compiled: CompiledFlow, roots: dict[str, Any]) -> str | None:
    """The title that the flow's expression gives; none when it cannot be evaluated."""
    if compiled.title is None:
        return None
    try:
        return to_text(compiled.title.evaluate(Scope({**roots, "kv": {}})))[:TITLE_LENGTH]
    except ExpressionError:
        return None


def first_title(play: Play, compiled: CompiledFlow) -> str | None:
    """The title of a play that has not begun; none when it speaks of what flowlets will give."""
    if compiled.title is None or compiled.title.roots & KNOWN_LATER:
        return None
    return title_of(compiled, roots_of(play, compiled))
