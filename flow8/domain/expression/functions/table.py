"""How a row of the table of functions is read: a parameter's name tells its kind, `?` that it may lack."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Row = tuple[str, str, str, Callable[..., Any]]  # signature, help, "example => result", what it does
_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "text": (
        (str,),
        "text part old new separator fill characters pattern zone unit until key encoding query",
    ),
    "number": ((int, float), "number seconds"),
    "whole number": ((int,), "length start end digits times amount group low high"),
    "list": ((list,), "list more keys items"),
    "object": ((dict,), "object others"),
    "text or list": ((str, list), "series"),
    "text, list or object": ((str, list, dict), "value"),
    "expression for each item": ((), "test result by of"),
    "value": ((), "any other data found"),
}
_WALKED = frozenset({"data", "found", "items"})


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: without `types` it takes any value; a `walked` one costs all that stands in it."""

    name: str
    kind: str
    types: tuple[type, ...]

    @property
    def looped(self) -> bool:
        """True for an expression that is worked out for each item."""
        return self.kind.startswith("expression")

    @property
    def walked(self) -> bool:
        """True when the function reads the value in full, and so costs all that stands in it."""
        return self.name in _WALKED


@dataclass(frozen=True, slots=True)
class FunctionHelp:
    """What completion and docs tell about a function; `example` gives `result`."""

    name: str
    signature: str
    help: str
    example: str
    result: Any
    group: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language; a budgeted one gets the run as its first argument."""

    help: FunctionHelp
    run: Callable[..., Any]
    budgeted: bool
    price: int
    params: tuple[Param, ...]
    least: int


def table(group: str, rows: list[Row], *, budgeted: bool = False, price: int = 4) -> Iterator[Function]:
    """The functions of some rows; the price is the steps of one call inside a loop."""
    for signature, line, example, run in rows:
        name, _, inside = signature[:-1].partition("(")
        code, _, result = example.partition(" => ")
        told = FunctionHelp(name, signature, line, code, json.loads(result), group)
        pieces = inside.split(", ") if inside else []
        params = tuple(_param(piece.rstrip("?")) for piece in pieces)
        yield Function(told, run, budgeted, price, params, sum("?" not in piece for piece in pieces))


def _param(name: str) -> Param:
    kind, types = next((kind, types) for kind, (types, names) in _KINDS.items() if name in names.split())
    return Param(name, kind, types)
