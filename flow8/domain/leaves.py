"""The texts of a JSON value that read one root, taken apart from the rest of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flow8.domain.expression import Template, compile_value

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Leaf:
    """A text with expressions, and where it stands."""

    path: Path
    template: Template


def leaves_reading(value: Any, root: str) -> tuple[Leaf, ...]:
    """The texts in a value that was compiled before, of which an expression reads this root."""
    return tuple(leaf for leaf in _leaves(value, ()) if root in leaf.template.roots)


def _leaves(value: Any, path: Path) -> Iterator[Leaf]:
    if isinstance(value, str):
        if "{{" in value:
            yield Leaf(path, compile_value(value))
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, (*path, key))


def put(value: Any, path: Path, new: Any) -> Any:
    """The value with another one at this path; the value itself, and all beside the path, stays as it is."""
    if not path:
        return new
    changed = value.copy()
    changed[path[0]] = put(value[path[0]], path[1:], new)
    return changed


def at(value: Any, path: Path) -> Any:
    """What stands at this path."""
    for key in path:
        value = value[key]
    return value
