"""Cuts the source of an expression into tokens and finds the braces that close it."""

import re
from typing import Any

from flow8.domain.expression.bounds import MAX_SOURCE, ExpressionError, Run, room

Token = tuple[str, Any, int]  # kind (a sign is its own kind), value, position in the source from 1
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|\$(?P<root>[^\W\d]\w*)|(?P<name>[^\W\d]\w*)"""
    r"""|(?P<text>"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*')"""
    r"""|(?P<sign>\|\||&&|\?\?|[=!<>]=|[-+*/%<>!?:|.,()\[\]{}]))""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\([nrt\\\"'])")  # any other backslash stays, so that "\d" is what it looks like
_QUOTES = "\"'"
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


def scan(text: str, start: int) -> tuple[list[Token], int]:
    """The tokens from `start` to the `}}` that closes them, and where that stands."""
    tokens: list[Token] = []
    braces, position = 0, start
    while found := _TOKEN.match(text, position, start + MAX_SOURCE + 1):
        kind = found.lastgroup or ""
        value, at = found[kind], found.start(kind)
        if value == "}" and not braces:
            if not text.startswith("}}", at):
                break
            return [*tokens, ("}}", "}}", at - start + 1)], at
        braces += (value == "{") - (value == "}")
        tokens.append((*_token(kind, value), at - start + 1))
        position = found.end()
    rest = text[position : start + MAX_SOURCE + 1].lstrip()[:1]
    room(len(text) - start if not rest or rest in _QUOTES else 0, MAX_SOURCE)
    if not rest:
        raise ExpressionError("no }} closes it")
    trouble = "unclosed" if rest in _QUOTES else "unexpected"
    raise ExpressionError(f"{trouble} {rest} after character {position - start}")


def _token(kind: str, text: str) -> tuple[str, Any]:
    if kind == "text":
        return kind, _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), text[1:-1])
    if kind == "number":
        return kind, Run({}).take(int(text) if text.isdigit() else float(text))
    return (text, text) if kind == "sign" else (kind, text)
