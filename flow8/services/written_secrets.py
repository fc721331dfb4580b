"""Secrets that somebody wrote into a flow's text: whoever may not edit the flow is shown `***` instead."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flow8.domain.access import Actor, Right
from flow8.domain.model import path_of
from flow8.domain.values import to_text
from flow8.domain.veil import MASK, Veil
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.masked import hidden_texts, is_secret_name, mask_places, masked
from flow8.services.reach import rights_on
from flow8.store.flows import FlowRecord, FlowVersion

LEFT: Final = (
    f"is {MASK}, which only stands in place of a secret; write `{{{{ $kv.… }}}}`, or the secret itself"
)
NOT_SHOWN: Final = "is not right; its value is secret and not shown"


def may_see(engine: Engine, actor: Actor, flow_id: str) -> bool:
    """Whether the actor is shown what stands in a flow's text: who may change a secret may see it."""
    return Right.EDIT in rights_on(engine, actor, flow_id)


def flow_as_seen(engine: Engine, actor: Actor, flow: FlowRecord) -> FlowRecord:
    """The flow with its draft as the actor may see it; the draft's digest stays that of the stored one."""
    return flow if may_see(engine, actor, flow.id) else replace(flow, draft=masked(engine, flow.draft))


def version_as_seen(engine: Engine, actor: Actor, flow_id: str, version: FlowVersion) -> FlowVersion:
    """The version with its definition as the actor may see it."""
    if may_see(engine, actor, flow_id):
        return version
    return replace(version, definition=masked(engine, version.definition))


def problems_as_seen(engine: Engine, actor: Actor, flow_id: str, problems: list[Problem]) -> list[Problem]:
    """The problems of a draft, where those of secrets do not say what stands there."""
    if may_see(engine, actor, flow_id):
        return problems
    return [Problem(each.path, NOT_SHOWN) if is_secret_name(each.path) else each for each in problems]


def veil_over(engine: Engine, actor: Actor, play: Mapping[str, Any]) -> Veil | None:
    """What the actor may not see in the values of a play: the secrets in the text of the version it plays.

    None hides all: the text of an old test is not kept, so nobody knows which of its values are secret.
    """
    veil, flow_id = Veil(), play["flowId"]
    if may_see(engine, actor, flow_id):
        return veil
    version = engine.store.flows.version(play["companyId"], flow_id, play["version"])
    if version is None:
        return None
    veil.add(list(hidden_texts(engine, version.definition)))
    return veil


def veiled_text(veil: Veil | None, text: str | None) -> str | None:
    """A JSON text under a veil."""
    if text is None:
        return None
    return to_text(MASK) if veil is None else veil.text(text)


def masks_left(engine: Engine, definition: Mapping[str, Any]) -> list[Problem]:
    """The places of a definition where a mask stands that somebody was shown in place of a secret."""
    return [Problem(path_of(steps), LEFT) for steps in mask_places(engine, definition)]
