"""How a setting is declared: a typed field of `Settings` that carries all there is to say about it."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from config.kinds import Kind

T = TypeVar("T")
Known = Mapping[str, Any]
"""The settings read so far, by attribute."""


@dataclass(frozen=True)
class Rule:
    """A default that follows from settings declared before; `needs` names them, `words` tell the docs."""

    make: Callable[[Known], str]
    words: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What is declared about one setting; `place` is its path in config.yml."""

    place: str
    kind: Kind[Any]
    default: str | Rule | None
    text: str
    secret: bool = False
    attribute: str = ""

    @property
    def name(self) -> str:
        """Its environment variable: the attribute in capitals."""
        return self.attribute.upper()

    @property
    def shown_default(self) -> str:
        """The default in words, empty when there is none."""
        return self.default.words if isinstance(self.default, Rule) else self.default or ""


def setting(place: str, kind: Kind[T], default: str | Rule, text: str) -> T:
    """A setting that always has a value: `default` is a text that `kind` reads, or a rule that makes it."""
    declared: T = _field(Setting(place, kind, default, text))
    return declared


def optional(place: str, kind: Kind[T], text: str) -> T | None:
    """A setting that is None unless it is given."""
    declared: T | None = _field(Setting(place, kind, None, text))
    return declared


def secret(place: str, kind: Kind[T], text: str) -> T | None:
    """A setting that is None unless it is given, and whose value is never shown."""
    declared: T | None = _field(Setting(place, kind, None, text, secret=True))
    return declared


def _field(declared: Setting) -> Any:
    return dataclasses.field(metadata={"setting": declared})


def declared_in(owner: type) -> Iterator[Setting]:
    """The settings of a dataclass in the order they are written."""
    for field in dataclasses.fields(owner):
        if "setting" in field.metadata:
            yield dataclasses.replace(field.metadata["setting"], attribute=field.name)
