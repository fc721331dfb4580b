"""How a component is declared: a class of one kind with a form for its configuration."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from flow8.kit.fields import Fields, each_field, is_secret


@dataclass(frozen=True)
class Surroundings:
    """What a component may know of the installation: its company's files, and where it may connect."""

    files: Path
    outbound_allow: tuple[IPv4Network | IPv6Network, ...] = ()


class Opens(Protocol):
    """A class that is opened with its configuration and its surroundings."""

    def __call__(self, config: Any, surroundings: Surroundings, /) -> Any:
        """An open component of the kind."""


@runtime_checkable
class Checked(Protocol):
    """An open component that can be tried."""

    def check(self, *, seconds: float) -> str:
        """Do within `seconds` what shows that it works, without leaving a trace; a sentence on what was done.

        Raises:
            Failed: it does not work; says why.
        """


@dataclass(frozen=True)
class Component:
    """A declared provider of a kind. `name` is its file's name.

    `secrets_go_by` are the fields that say to whom its secrets are sent: whoever changes one has to give the
    secrets anew, since they could be sent to somebody else otherwise.
    """

    kind: str
    name: str
    title: str
    help: str
    config: type[Fields]
    open: Opens
    source: str
    secrets_go_by: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of its secret fields, as JSON has them."""
        return tuple(name for name, declared in each_field(self.config) if is_secret(declared))


C = TypeVar("C", bound=Opens)


def component(
    *, kind: str, config: type[Fields], secrets_go_by: tuple[str, ...] = ()
) -> Callable[[C], Component]:
    """Declare the class below as a component; its file's docstring is title (first line) and help."""

    def declare(provider: C) -> Component:
        doc = (inspect.getdoc(inspect.getmodule(provider)) or "").strip()
        title, _, text = doc.partition("\n")
        source = str(getattr(provider, "__module__", ""))
        name = source.rpartition(".")[2]
        return Component(kind, name, title.rstrip("."), text.strip(), config, provider, source, secrets_go_by)

    return declare
