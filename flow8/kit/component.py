"""How a component is declared: a class of one kind with a form for its configuration."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Protocol, TypeVar

from flow8.kit.fields import Fields


@dataclass(frozen=True)
class Surroundings:
    """What a component may know of the installation: its company's files, and where it may connect."""

    files: Path
    outbound_allow: tuple[IPv4Network | IPv6Network, ...] = ()


class Opens(Protocol):
    """A class that is opened with its configuration and its surroundings."""

    def __call__(self, config: Any, surroundings: Surroundings, /) -> Any:
        """An open component of the kind."""


@dataclass(frozen=True)
class Component:
    """A declared provider of a kind. `name` is its file's name."""

    kind: str
    name: str
    title: str
    help: str
    config: type[Fields]
    open: Opens
    source: str


C = TypeVar("C", bound=Opens)


def component(*, kind: str, config: type[Fields]) -> Callable[[C], Component]:
    """Declare the class below as a component; its file's docstring is title (first line) and help."""

    def declare(provider: C) -> Component:
        doc = (inspect.getdoc(inspect.getmodule(provider)) or "").strip()
        title, _, text = doc.partition("\n")
        source = str(getattr(provider, "__module__", ""))
        name = source.rpartition(".")[2]
        return Component(kind, name, title.rstrip("."), text.strip(), config, provider, source)

    return declare
