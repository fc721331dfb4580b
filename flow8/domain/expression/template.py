"""JSON values with `{{ }}` in their texts: compiled once, evaluated in one pass."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flow8.domain.expression.bounds import MAX_DEPTH, ExpressionError, Run
from flow8.domain.expression.compiler import Code, build, multiplies
from flow8.domain.expression.parser import Node, parse
from flow8.domain.expression.tokens import scan
from flow8.domain.expression.values import joined, truthy
from flow8.errors import Problem

_TOO_DEEP = f"nested deeper than {MAX_DEPTH}"
_NAMING = frozenset({"prev", "layer"})
_CACHED = 512  # longer texts are rare, and 2,048 of them would be much memory
_MULTIPLIED = 200_000  # values in the result of an expression that may repeat what it was given
_FOREIGN = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Scope:
    """What expressions may read: JSON values by root name, without the `$`.

    `roots` and any of its values may also be a mapping that works a value out when asked for its key.
    """

    roots: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled JSON value; `roots` and `refs` (of `$prev.<ref>` and `$layer.<ref>`) are what it names."""

    constant: Any = None
    code: Code | None = None
    roots: frozenset[str] = frozenset()
    refs: frozenset[str] = frozenset()
    whole: bool = False

    def evaluate(self, scope: Scope) -> Any:
        """The value with every expression worked out, or ExpressionError.

        Nothing changes and no result is scanned again. The value may share lists and objects with the scope
        and with what was compiled: whoever hands it to code that might change it makes a copy first.
        """
        return self.constant if self.code is None else self.code(Run(scope.roots), None)


def compile_value(value: Any) -> Template:
    """Compiles the expressions in all texts of a JSON value; keys are literal. Raises ExpressionError."""
    return _compile(value, 0)


def compile_condition(condition: Any) -> Template:
    """A template of true or false: from a boolean, `true`, `false` or one whole `{{ expression }}`."""
    text = condition.strip() if type(condition) is str else str(condition).lower()
    if text in ("true", "false"):
        return Template(text == "true")
    template = _compile(text, 0)
    code = template.code
    if code is None or not template.whole:
        raise ExpressionError("a condition is true, false or one whole {{ expression }}", text)
    return replace(template, code=lambda run, item: truthy(code(run, item)))


def find_problems(value: Any, path: str) -> list[Problem]:
    """Every expression in a JSON value that does not parse, each with the path where it stands."""
    return list(_problems(value, path, 0))


def _problems(value: Any, path: str, depth: int) -> Iterator[Problem]:
    if type(value) is str:
        yield from (
            Problem(path, str(piece)) for piece in _pieces(value) if isinstance(piece, ExpressionError)
        )
    elif depth > MAX_DEPTH and type(value) in (dict, list):
        yield Problem(path, _TOO_DEEP)
    elif type(value) is dict:
        for key, part in value.items():
            yield from _problems(part, f"{path}.{key}" if path else key, depth + 1)
    elif type(value) is list:
        for place, part in enumerate(value):
            yield from _problems(part, f"{path}[{place}]", depth + 1)


def _compile(value: Any, depth: int) -> Template:
    if type(value) is str and "{{" in value:
        return _remembered(value) if len(value) <= _CACHED else _text(value)
    if type(value) is not dict and type(value) is not list:
        return Template(value)
    if depth > MAX_DEPTH:
        raise ExpressionError(_TOO_DEEP)
    pairs = value.items() if type(value) is dict else enumerate(value)
    made = [(key, _compile(part, depth + 1)) for key, part in pairs]
    live = [(key, template.code) for key, template in made if template.code]

    def code(run: Run, item: Any) -> Any:
        result = value.copy()
        for key, part in live:
            result[key] = part(run, item)
        return result

    return _together([template for _, template in made], code) if live else Template(value)


def _together(made: list[Template], code: Code) -> Template:
    roots = frozenset(root for template in made for root in template.roots)
    return Template(None, code, roots, frozenset(ref for template in made for ref in template.refs))


def _text(text: str) -> Template:
    made: list[Template] = []
    for piece in _pieces(text):
        if isinstance(piece, ExpressionError):
            raise piece
        made.append(piece)
    if len(made) == 1:
        return made[0]

    def code(run: Run, item: Any) -> Any:
        return joined(run, [part.code(run, item) if part.code else part.constant for part in made])

    return _together(made, _named(text, code))


_remembered = lru_cache(2_048)(_text)


def _pieces(text: str) -> Iterator[Template | ExpressionError]:
    position = 0
    while (start := text.find("{{", position)) >= 0:
        if start > position:
            yield Template(text[position:start])
        end = len(text)
        try:
            tokens, end = scan(text, start + 2)
            yield _expression(parse(tokens), text[start : end + 2])
        except ExpressionError as error:
            yield error.about(text[start : end + 2])
        position = end + 2
    if position < len(text):
        yield Template(text[position:])


def _expression(tree: Node, source: str) -> Template:
    code = build(tree)
    whole = (lambda run, item: run.walk(code(run, item), _MULTIPLIED, 4)) if multiplies(tree) else code
    roots = frozenset(node.value for node in tree.all() if node.kind == "root")
    paths = {node.parts[:2] for node in tree.all() if node.kind == "path"}
    named = {(base.value, key.value) for base, key in paths if base.kind == "root" and key.kind == "literal"}
    refs = frozenset(
        name for root, name in named - {("prev", "args")} if root in _NAMING and type(name) is str
    )
    return Template(None, _named(source, whole), roots, refs, whole=True)


def _named(source: str, code: Code) -> Code:
    def named(run: Run, item: Any) -> Any:
        try:
            return code(run, item)
        except ExpressionError as error:
            raise error.about(source) from None
        except _FOREIGN:
            raise ExpressionError("it cannot be worked out with these values", source) from None

    return named
