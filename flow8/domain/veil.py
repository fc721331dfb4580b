"""Texts that nobody may see, and how they are found in others: as they are, and as programs write them.

A text of fewer than 8 characters cannot be told from any other text, so it is not looked for.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

from config.secret_forms import forms_of
from flow8.domain.patterns import TextPattern, literal

MASK: Final = "***"
SHORTEST: Final = 8
_MOST_TO_FIND: Final = 200_000
"""Characters of all forms together; a pattern of more would take seconds to make."""


class Veil:
    """Knows what to hide, and puts `***` in its place. An empty one hides nothing and costs nothing."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._finder: TextPattern | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._texts)

    def add(self, value: Any) -> None:
        """Hide every text of a JSON value from now on."""
        fresh = set(texts_to_hide(value)) - self._texts
        if fresh:
            self._texts |= fresh
            self._pattern, self._finder = _patterns_of(self._texts)

    def text(self, text: str) -> str:
        """The text with what is hidden masked."""
        if self._pattern is None or (self._finder is not None and not self._finder.is_in(text)):
            return text
        return self._pattern.sub(MASK, text)

    def value(self, value: Any) -> Any:
        """A JSON value with what is hidden masked, in keys too; the value itself where nothing is."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        return value


def texts_to_hide(value: Any) -> Iterator[str]:
    """The texts in a JSON value that are long enough to be found again, without the space around them."""
    if isinstance(value, str):
        if len(value.strip()) >= SHORTEST:
            yield value.strip()
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_to_hide(inner)


def _patterns_of(texts: Iterable[str]) -> tuple[re.Pattern[str], TextPattern | None]:
    """What replaces every form of the texts, the longest first; and what finds quickly that there is none.

    The second looks once at each character, however many forms there are. It takes no very long ones.
    """
    forms = sorted({form for text in texts for form in forms_of(text)}, key=lambda form: (-len(form), form))
    finder = None
    if sum(map(len, forms)) <= _MOST_TO_FIND:
        with suppress(ValueError):
            finder = TextPattern("|".join(map(literal, forms)))
    return re.compile("|".join(map(re.escape, forms))), finder
