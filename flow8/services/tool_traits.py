"""What a flow does to the world, as far as its text tells: agents hear it before they call it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flow8.engine.compiled import CompiledFlow, CompiledFlowlet
from flow8.kit.module import Effect

HARMLESS: Final = (Effect.NONE, Effect.READ)
OUR_OWN: Final = frozenset({"kv", "storage", "console"})
"""Kinds of components that stay inside this installation."""
PLAYS_ANOTHER: Final = "subflow"


@dataclass(frozen=True)
class Traits:
    """Whether a flow changes nothing, and whether it speaks to anybody outside. In doubt it does both."""

    reads_only: bool
    stays_inside: bool


def traits_of(compiled: CompiledFlow) -> Traits:
    """What a flow version may do to the world, its loops and the flow that follows a failure included."""
    flowlets = list(_flowlets(compiled))
    stands_alone = compiled.flow.execution.on_fail_flow_id is None
    return Traits(
        reads_only=stands_alone and all(_effect(each) in HARMLESS for each in flowlets),
        stays_inside=stands_alone and all(map(_stays_inside, flowlets)),
    )


def _flowlets(compiled: CompiledFlow) -> Iterator[CompiledFlowlet]:
    yield from compiled.flowlets.values()
    for body in compiled.bodies.values():
        yield from body.flowlets.values()


def _stays_inside(compiled: CompiledFlowlet) -> bool:
    module = compiled.module
    return module.app_id != PLAYS_ANOTHER and OUR_OWN.issuperset(module.needs)


def _effect(compiled: CompiledFlowlet) -> Effect:
    """The flowlet's effect; the worst that may be, where it hangs on args that only a play knows."""
    module = compiled.module
    if isinstance(module.effect, Effect):
        return module.effect
    try:
        return module.effect_of(module.args.model_validate(compiled.flowlet.args))
    except ValueError:
        return Effect.IRREVERSIBLE
