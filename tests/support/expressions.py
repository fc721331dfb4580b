"""Makes expressions for tests from a seed: fitting ones, broken ones, ways out of other languages, bombs."""

import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from flow8.domain.expression.bounds import kind_of
from flow8.domain.expression.functions import FUNCTIONS, Function, Param
from flow8.domain.expression.parser import ROOTS

T = TypeVar("T")

HERE: Final = Path(__file__)
ESCAPE_FILE: Final = HERE.parents[1] / "flow8" / "domain" / "expression" / "escapes.txt"
ESCAPES: Final = [
    line for line in ESCAPE_FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("# ")
]
WORDS: Final[dict[str, Any]] = json.loads(HERE.with_suffix(".json").read_text(encoding="utf-8"))
PATHS: Final[dict[str, list[str]]] = WORDS["paths"]
KINDS: Final = list(PATHS)
LARGE: Final = {"text": "big", "list": "many", "object": "wide"}
"""The args that are large, by their kind."""
BY_NAME: Final[dict[str, list[str]]] = {
    "zone": WORDS["zones"],
    "unit": WORDS["units"],
    "encoding": WORDS["encodings"],
    "pattern": WORDS["patterns"],
    "query": WORDS["queries"],
}
"""What fits parameters of these names."""
SIGNS: Final = {
    "number": ["+", "-", "*", "/", "%"],
    "boolean": ["==", "!=", "<", "<=", ">", ">="],
    "text": ["+"],
}
LONGEST: Final = 4_096
_TOKEN: Final = re.compile(r"\s+|\w+|\"[^\"]*\"|'[^']*'|.", re.DOTALL)


def context() -> dict[str, Any]:
    """What the expressions read; the same at every call."""
    deep: Any = "bottom"
    for _ in range(60):
        deep = [deep]
    args = {
        **WORDS["args"],
        "rows": [{"n": n % 7, "name": f"row {n}", "tags": ["x", n], "price": n / 4} for n in range(20)],
        "deep": deep,
        "big": "lorem ipsum " * 80_000,
        "many": list(range(90_000)),
        "wide": {f"key {n}": n for n in range(20_000)},
    }
    roots = json.loads(json.dumps(WORDS["roots"]))
    return {**roots, "args": args, "prev": {**roots["prev"], "args": args}}


def _by_result() -> dict[str, list[Function]]:
    found: dict[str, list[Function]] = {kind: [] for kind in KINDS}
    for function in FUNCTIONS.values():
        found[kind_of(function.help.result)].append(function)
    return found


class Maker:
    """An endless source of texts with expressions. The same seed gives the same texts."""

    def __init__(self, seed: str) -> None:
        self._dice = random.Random(seed)
        self._functions = _by_result()
        self._loops = 0
        self._ways = [self._fitting, self._broken, self._escape, self._strange, self._bomb]

    def text(self) -> str:
        """A text with one expression; sometimes with two and more text around, sometimes without braces."""
        source = self._source()
        if self._may(0.85):
            return f"{{{{ {source} }}}}"
        if self._may(0.7):
            return f"{self._one(WORDS['texts'])}{{{{{source}}}}} and {{{{ {self._source()} }}}}"
        return source

    def _source(self) -> str:
        self._loops = 0
        (way,) = self._dice.choices(self._ways, [47, 20, 20, 10, 3])
        return way()

    def _one(self, of: Sequence[T]) -> T:
        return self._dice.choice(of)

    def _may(self, share: float) -> bool:
        return self._dice.random() < share

    # What fits

    def _fitting(self) -> str:
        return self._of(self._one(KINDS), self._dice.randint(1, 5))

    def _of(self, kind: str, depth: int) -> str:
        """An expression that mostly gives a value of this kind."""
        kind = self._one(KINDS) if self._may(0.03) else kind
        if depth <= 0 or self._may(0.2):
            return self._leaf(kind)
        ways: list[Callable[[str, int], str]] = [self._call, self._call, self._operation, self._choice]
        return self._one(ways)(kind, depth - 1)

    def _leaf(self, kind: str) -> str:
        if self._loops and self._may(0.4):
            item: str = self._one(WORDS["items"])
            return item
        if kind in LARGE and self._may(0.01):  # seldom, since they take long
            return f"$args.{LARGE[kind]}"
        return self._one(PATHS[kind]) if self._may(0.6) else self._literal(kind)

    def _literal(self, kind: str) -> str:
        inside = (self._leaf(self._one(KINDS)) for _ in range(self._dice.randrange(4)))
        if kind == "text":
            return self._quoted(self._one(WORDS["texts"]))
        if kind == "list":
            return f"[{', '.join(inside)}]"
        if kind == "object":
            pairs = [f"{self._one(WORDS['keys'])}: {part}" for part in inside]
            return f"{{{', '.join(pairs)}}}"
        return str(self._one(WORDS["numbers"])) if kind == "number" else self._one(PATHS[kind])

    def _quoted(self, text: str) -> str:
        quote = self._one("\"'")
        return quote + text.replace(quote, "\\" + quote) + quote

    def _call(self, kind: str, depth: int) -> str:
        if not self._functions[kind]:
            return self._leaf(kind)
        function = self._one(self._functions[kind])
        count = self._dice.randint(function.least, len(function.params))
        args = [self._argument(param, depth) for param in function.params[:count]]
        if args and self._may(0.8):
            rest = f"({', '.join(args[1:])})" if len(args) > 1 else ""
            return f"({args[0]} | {function.help.name}{rest})"
        return f"{function.help.name}({', '.join(args)})"

    def _argument(self, param: Param, depth: int) -> str:
        if param.name in BY_NAME:
            return self._quoted(self._one(BY_NAME[param.name]))
        if param.looped:
            self._loops += 1
            made = self._of(self._one(KINDS), min(depth, 2))
            self._loops -= 1
            return made
        kinds = [kind for kind in KINDS if kind in param.kind] or KINDS
        return self._of(self._one(kinds), depth)

    def _operation(self, kind: str, depth: int) -> str:
        inner = self._one(["number", "text"]) if kind == "boolean" else kind
        left, right = self._of(inner, depth), self._of(inner, depth)
        sign = self._one(SIGNS.get(kind, ["??", "||", "&&"]))
        return f"{self._one(['', '', '-', '!'])}({left} {sign} {right})"

    def _choice(self, kind: str, depth: int) -> str:
        return f"({self._of('boolean', depth)} ? {self._of(kind, depth)} : {self._of(kind, depth)})"

    # What does not

    def _broken(self) -> str:
        """A fitting one after some accidents."""
        pieces = _TOKEN.findall(self._fitting())
        words = [*FUNCTIONS, *ROOTS, "$", "if", "for", "in", "not", "is"]
        for _ in range(self._dice.randint(1, 4)):
            place = self._dice.randrange(len(pieces) + 1)
            gone = pieces[place : place + 1]
            pieces[place : place + 1] = self._one(
                [[], gone * 2, [self._one(WORDS["signs"]), *gone], [self._one(words), *gone]]
            )
        return "".join(pieces)

    def _escape(self) -> str:
        """A way out of another language: alone, where a value may stand, or grown together with another."""
        escape, other = self._one(ESCAPES), self._one(ESCAPES)
        half = self._dice.randrange(len(escape) + 1)
        after = self._one([".x", "[0]", " | text", " | json", ".__class__"])
        between = self._one([" | ", ".", " + ", "", ", "])
        return self._one(
            [
                escape,
                f"({escape}){after}",
                escape[:half] + other[half:],
                f"{self._fitting()}{between}{escape}",
                f"{self._quoted(escape)} | {self._one(list(FUNCTIONS))}",
                f"$args[{self._quoted(escape)}]",
            ]
        )

    def _strange(self) -> str:
        """Characters that look like others, that join, turn or end lines."""
        if self._may(0.1):
            return "".join(chr(self._dice.randrange(0x110000)) for _ in range(self._dice.randrange(60)))
        source = list(self._fitting())
        for _ in range(self._dice.randint(1, 12)):
            source.insert(self._dice.randrange(len(source) + 1), self._one(WORDS["strange"]))
        return "".join(source)

    def _bomb(self) -> str:
        """Much work, much memory, much depth or much source."""
        return self._one([self._deep, self._long, self._growing, self._growing])()

    def _deep(self) -> str:
        depth = self._one([30, 62, 63, 64, 65, 66, 500, 1300])
        opening, closing = self._one(WORDS["nests"])
        return f"{opening * depth}1{closing * depth}"

    def _long(self) -> str:
        one, sign = self._fitting(), self._one(["+", "==", "??", "&&", "|"])
        return f" {sign} ".join([one] * (LONGEST // (len(one) + len(sign) + 2) + self._dice.randrange(2)))

    def _growing(self) -> str:
        more = [self._one(WORDS["growth"]) for _ in range(self._dice.randint(1, 12))]
        return "".join([self._one(WORDS["seeds"]), *more])
