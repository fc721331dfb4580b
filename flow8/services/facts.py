"""What the rules of a flow ask of the catalogue, answered by the registry."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flow8.errors import Problem
from flow8.kit.kinds import KINDS
from flow8.registry import Registry, args_problems


@dataclass(frozen=True)
class RegistryFacts:
    """The facts of one registry."""

    registry: Registry

    def app_ids(self) -> Collection[str]:
        """Every module's appId."""
        return self.registry.modules.keys()

    def args_problems(self, app_id: str, args: Mapping[str, Any], path: str) -> list[Problem]:
        """What the form of a module refuses in these args; paths stand below `path`."""
        return args_problems(self.registry.module(app_id), dict(args), path)

    def lane_of(self, app_id: str) -> str:
        """The lane that a module needs."""
        return self.registry.module(app_id).lane

    def kinds_of(self, app_id: str) -> Collection[str]:
        """The kinds of components that a module speaks through."""
        return [kind for kind in self.registry.module(app_id).needs if kind in KINDS]

    def services_of(self, app_id: str) -> Collection[str]:
        """The services whose links a module can use."""
        return self.registry.module(app_id).links
