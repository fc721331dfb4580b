"""Components; of a secret only that it is there."""

from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

from flow8.kit.component import Component
from flow8.services.components import ShownComponent, Tested


class ComponentShape(TypedDict):
    """A component. `secrets` says of each secret of its provider whether it is set; none is ever shown."""

    id: str
    name: str
    kind: str
    provider: str
    config: dict[str, Any]
    secrets: dict[str, bool]
    isDefault: bool
    rev: int
    updatedAt: datetime
    updatedBy: str


class TestedShape(TypedDict):
    """How the test of a component went, in a sentence."""

    ok: bool
    message: str
    seconds: float


class ProviderShape(TypedDict):
    """What a component may be made of; `config` is the JSON Schema of its configuration."""

    kind: str
    provider: str
    title: str
    help: str
    config: dict[str, Any]
    secrets: list[str]


def component(found: ShownComponent) -> ComponentShape:
    """A component without its secrets."""
    kept = found.record
    return {
        "id": kept.id,
        "name": kept.name,
        "kind": kept.kind,
        "provider": kept.provider,
        "config": kept.config,
        "secrets": {name: name in kept.given for name in found.secrets},
        "isDefault": found.is_default,
        "rev": kept.rev,
        "updatedAt": kept.updated_at,
        "updatedBy": kept.updated_by,
    }


def tested(found: Tested) -> TestedShape:
    """How a test went."""
    return {"ok": found.ok, "message": found.message, "seconds": found.seconds}


def provider(found: Component) -> ProviderShape:
    """A provider with the schema of its configuration."""
    return {
        "kind": found.kind,
        "provider": found.name,
        "title": found.title,
        "help": found.help,
        "config": found.config.model_json_schema(by_alias=True),
        "secrets": list(found.secrets),
    }
