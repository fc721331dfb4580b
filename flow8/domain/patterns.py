"""Regular expressions that cannot hang: RE2, whose time is linear in the text.

Patterns come from people and texts from the internet, and nothing can interrupt a slow match in a process.
"""

from functools import lru_cache

import re2

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


class TextPattern:
    """A compiled pattern that looks for itself anywhere in a text."""

    __slots__ = ("_compiled", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        try:
            self._compiled = re2.compile(source.encode(), _OPTIONS)
        except UnicodeEncodeError as error:
            raise ValueError("it holds half of a character (a lone surrogate)") from error
        except re2.error as error:
            raise ValueError(_reason(error)) from error

    def is_in(self, text: str) -> bool:
        """Whether the pattern matches somewhere in the text."""
        # Bytes spare RE2's wrapper the translation of offsets, and let a lone surrogate simply not match.
        return self._compiled.search(text.encode("utf-8", "surrogatepass")) is not None


def literal(text: str) -> str:
    """The source of a pattern that matches just this text."""
    escaped: str = re2.escape(text)
    return escaped


@lru_cache(maxsize=512)
def text_pattern(source: str) -> TextPattern:
    """The compiled pattern of a source in RE2's syntax.

    Raises:
        ValueError: RE2 does not understand it (it knows no look-around and no back-references); says why.
    """
    return TextPattern(source)


def _reason(error: Exception) -> str:
    reason = error.args[0]
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
