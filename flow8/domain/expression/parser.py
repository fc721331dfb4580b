"""From tokens to a tree: a Pratt parser, the pipe binding loosest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from flow8.domain.expression.bounds import MAX_DEPTH, ExpressionError
from flow8.domain.expression.functions import FUNCTIONS
from flow8.domain.expression.tokens import Token

ROOTS = {
    "prev": "The outputs of earlier flowlets: $prev.total.sum",
    "layer": "The records of earlier flowlets: $layer.total.state, .error, .attempts",
    "args": "The arguments of the play.",
    "request": "The request, when the play came through a channel.",
    "kv": "Key-value entries: $kv.token",
    "play": "This play.",
    "flow": "This flow.",
    "company": "The company of this play.",
    "now": "The time of this evaluation.",
    "item": "The current item inside a loop.",
    "index": "Its position, from 0.",
}
_CONSTANTS = {"true": True, "false": False, "null": None}
_POWERS = {"|": 1, "?": 2, "??": 3, "||": 4, "&&": 5, "==": 6, "!=": 6, "<": 7, "<=": 7, ">": 7, ">=": 7}
_POWERS |= {"+": 8, "-": 8, "*": 9, "/": 9, "%": 9, ".": 11, "[": 11}
_UNARY = 10
_TOO_DEEP = f"nested deeper than {MAX_DEPTH}"


@dataclass(frozen=True, slots=True)
class Node:
    """literal, root, item, path (a base and its keys), unary, binary, choice, list, object or call."""

    kind: str
    value: Any = None
    parts: tuple["Node", ...] = ()
    depth: int = 1

    def all(self) -> Iterator["Node"]:
        """This node and every node below it."""
        yield self
        for part in self.parts:
            yield from part.all()


def parse(tokens: list[Token]) -> Node:
    """The tree of one expression."""
    return _Parser(tokens).closed("}}")


def _node(kind: str, value: Any, *parts: Node) -> Node:
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        raise ExpressionError(_TOO_DEEP)
    return Node(kind, value, parts, depth)


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens[::-1]
        self.level = self.loops = 0

    @property
    def kind(self) -> str:
        return self.tokens[-1][0]

    def take(self, *kinds: str) -> Any:
        kind, value, position = self.tokens.pop()
        if kind not in kinds:
            wanted = f", {kinds[0]} is expected" if len(kinds) == 1 else ""
            raise ExpressionError(f"unexpected {value} at character {position}{wanted}")
        return value

    def expression(self, floor: int = 0) -> Node:
        self.level += 1
        if self.level > MAX_DEPTH:
            raise ExpressionError(_TOO_DEEP)
        kind, value = self.kind, self.take(*_PREFIXES)
        left = _PREFIXES[kind](self, value)
        while (power := _POWERS.get(self.kind, 0)) > floor:
            left = self.infix(left, self.take(*_POWERS), power)
        self.level -= 1
        return left

    def infix(self, left: Node, sign: str, power: int) -> Node:
        if sign in (".", "["):
            key = _node("literal", self.take("name")) if sign == "." else self.closed("]")
            return _node("path", None, *(left.parts if left.kind == "path" else [left]), key)
        if sign == "|":
            return self.call(self.take("name"), left)
        if sign == "?":
            return _node("choice", None, left, self.closed(":"), self.expression(_POWERS["|"]))
        return _node("binary", sign, left, self.expression(power))

    def closed(self, sign: str) -> Node:
        inner = self.expression()
        self.take(sign)
        return inner

    def separated(self, sign: str) -> Iterator[None]:
        while self.kind != sign:
            yield
            if self.kind != sign:
                self.take(",")
        self.take(sign)

    def name(self, name: str) -> Node:
        if name in _CONSTANTS:
            return _node("literal", _CONSTANTS[name])
        if self.kind != "(":
            raise ExpressionError(f"unexpected name {name}; text stands in quotes")
        return self.call(name)

    def root(self, name: str) -> Node:
        if name not in ROOTS:
            raise ExpressionError(f"no root ${name}; there are {' '.join(f'${root}' for root in ROOTS)}")
        return _node("root", name)

    def item(self, sign: str) -> Node:
        if not self.loops:
            raise ExpressionError("a leading dot is the item inside where(...), map(...) and the like")
        item = _node("item", None)
        return self.infix(item, sign, 0) if self.kind == "name" else item

    def list(self, _sign: str) -> Node:
        return _node("list", None, *[self.expression() for _ in self.separated("]")])

    def object(self, _sign: str) -> Node:
        found = {}
        for _ in self.separated("}"):
            key = self.take("text", "name")
            self.take(":")
            found[key] = self.expression()
        return _node("object", tuple(found), *found.values())

    def call(self, name: str, *piped: Node) -> Node:
        function = FUNCTIONS.get(name)
        if function is None:
            near = get_close_matches(name, FUNCTIONS, 1)
            raise ExpressionError(f"no function {name}" + (f"; is it {near[0]}?" if near else ""))
        args = list(piped)
        if self.kind == "(":
            self.take("(")
            for _ in self.separated(")"):
                loop = any(param.looped for param in function.params[len(args) : len(args) + 1])
                self.loops += loop
                args.append(self.expression())
                self.loops -= loop
        if not function.least <= len(args) <= len(function.params):
            raise ExpressionError(f"{name} is used as {function.help.signature}")
        return _node("call", name, *args)


def _literal(_parser: _Parser, value: Any) -> Node:
    return _node("literal", value)


def _unary(parser: _Parser, sign: str) -> Node:
    return _node("unary", sign, parser.expression(_UNARY))


_PREFIXES: dict[str, Callable[[_Parser, Any], Node]] = {
    "number": _literal,
    "text": _literal,
    "-": _unary,
    "!": _unary,
    "name": _Parser.name,
    "root": _Parser.root,
    ".": _Parser.item,
    "(": lambda parser, _: parser.closed(")"),
    "[": _Parser.list,
    "{": _Parser.object,
}
