"""From a tree to Python closures, each called with the run and the current item.

Values are looked into only when `type(value) is` dict, list or str. A root alone may be another mapping,
which works its values out when asked for a key.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flow8.domain.expression.bounds import JSON, ExpressionError, Run, kind_of
from flow8.domain.expression.functions import FUNCTIONS, Function, Param
from flow8.domain.expression.parser import Node
from flow8.domain.expression.values import OPERATORS

Code = Callable[[Run, Any], Any]
_SLIM = frozenset({"item", "literal", "path", "binary", "unary", "choice"})


def build(node: Node) -> Code:
    """The closure of a tree; its result may share parts with what the run reads from, and changes nothing."""
    return _BUILDERS[node.kind](node)


def multiplies(node: Node) -> bool:
    """True when a loop may put one value into its result many times, so that little memory reads as a lot."""
    bodies = [part.parts[1] for part in node.all() if part.kind == "call" and part.value == "map"]
    return any(part.kind not in _SLIM for body in bodies for part in body.all())


def _step(value: Any, key: Any) -> Any:
    kind = type(value)
    if kind is dict:
        return value.get(key) if type(key) is str else None
    if kind is list or kind is str:
        place = int(key) if type(key) is float and key.is_integer() else key
        if type(place) is int and -len(value) <= place < len(value):
            return value[place]
    return None


def _enter(root: Any, key: Any) -> Any:
    if type(root) not in JSON and isinstance(root, Mapping):
        return root.get(key) if type(key) is str else None
    return _step(root, key)


def _root(node: Node) -> Code:
    name = node.value

    def code(run: Run, _item: Any) -> Any:
        value = run.roots.get(name)
        if type(value) not in JSON:
            raise ExpressionError(f"${name} is read by key, as in ${name}.key")
        return value

    return code


def _path(node: Node) -> Code:
    base, first, *rest = node.parts
    root = base.kind == "root"
    start = (lambda run, _item: run.roots.get(base.value)) if root else build(base)
    enter = _enter if root else _step
    if any(key.kind != "literal" for key in node.parts[1:]):
        return _moving_path(start, enter, build(first), [build(key) for key in rest])
    name, names = first.value, [key.value for key in rest]
    if base.kind == "item" and not names:
        return lambda _run, item: item.get(name) if type(item) is dict else _step(item, name)

    def code(run: Run, item: Any) -> Any:
        value = start(run, item)
        value = value.get(name) if type(value) is dict else enter(value, name)
        for key in names:
            value = value.get(key) if type(value) is dict else _step(value, key)
        return value

    return code


def _moving_path(start: Code, enter: Callable[[Any, Any], Any], first: Code, rest: list[Code]) -> Code:
    def code(run: Run, item: Any) -> Any:
        value = enter(start(run, item), first(run, item))
        for key in rest:
            value = _step(value, key(run, item))
        return value

    return code


def _unary(node: Node) -> Code:
    inner, minus = build(node.parts[0]), OPERATORS["-"]
    if node.value == "!":
        return lambda run, item: not inner(run, item)
    return lambda run, item: minus(run, 0, inner(run, item))


def _binary(node: Node) -> Code:
    left, right = map(build, node.parts)
    if node.value == "&&":
        return lambda run, item: left(run, item) and right(run, item)
    if node.value == "||":
        return lambda run, item: left(run, item) or right(run, item)
    if node.value == "??":
        return lambda run, item: right(run, item) if (value := left(run, item)) is None else value
    operate = OPERATORS[node.value]
    if node.parts[1].kind == "literal":
        fixed = node.parts[1].value
        return lambda run, item: operate(run, left(run, item), fixed)
    return lambda run, item: operate(run, left(run, item), right(run, item))


def _choice(node: Node) -> Code:
    test, then, other = map(build, node.parts)
    return lambda run, item: then(run, item) if test(run, item) else other(run, item)


def _list(node: Node) -> Code:
    parts = [build(part) for part in node.parts]
    return lambda run, item: [part(run, item) for part in parts]


def _object(node: Node) -> Code:
    parts = list(zip(node.value, map(build, node.parts), strict=True))
    return lambda run, item: {key: part(run, item) for key, part in parts}


def _call(node: Node) -> Code:
    function = FUNCTIONS[node.value]
    pairs = list(zip(function.params, node.parts, strict=False))  # what may be left out has no part
    takes = [_argument(function, param, part) for param, part in pairs]
    price = sum(_price(part) for param, part in pairs if param.looped)

    def code(run: Run, item: Any) -> Any:
        values = [take(run, item) for take in takes]
        if price:
            run.spend(len(values[0]) * price)
        return run.take(function.run(run, *values) if function.budgeted else function.run(*values))

    return code


def _price(body: Node) -> int:
    nodes = [part for part in body.all() if part.kind not in ("item", "literal")]
    return 1 + sum(FUNCTIONS[part.value].price if part.kind == "call" else 1 for part in nodes)


def _argument(function: Function, param: Param, node: Node) -> Code:
    code = build(node)
    if param.looped:
        return lambda run, _item: partial(code, run)

    def take(run: Run, item: Any) -> Any:
        value = code(run, item)
        if param.kind == "whole number" and type(value) is float and value.is_integer():
            value = int(value)
        if param.types and type(value) not in param.types:
            wrong = f"{param.kind} as {param.name}, not {kind_of(value)}"
            raise ExpressionError(f"{function.help.signature} wants {wrong}")
        return run.walk(value) if param.walked else run.take(value) if param.types else value

    return take


_BUILDERS: dict[str, Callable[[Node], Code]] = {
    "literal": lambda node: lambda _run, _item: node.value,
    "item": lambda _node: lambda _run, item: item,
    "root": _root,
    "path": _path,
    "unary": _unary,
    "binary": _binary,
    "choice": _choice,
    "list": _list,
    "object": _object,
    "call": _call,
}
