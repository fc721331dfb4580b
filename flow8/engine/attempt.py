"""One attempt of one flowlet: its filters, its resolved args, its module's run and what came of it."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flow8.domain.expression import ExpressionError, Scope
from flow8.domain.filters import FilterError, evaluated, holds
from flow8.domain.play import Failure, Unmet
from flow8.engine.compiled import CompiledFlowlet
from flow8.engine.components import Components
from flow8.kit.errors import Failed, Skipped
from flow8.kit.fields import Fields
from flow8.kit.kinds import Request, Storage
from flow8.kit.module import ORDERS, Effect, Reply
from flow8.registry import bind

log = logging.getLogger("play")

TIMEOUT = "execution timeout"


@dataclass(frozen=True)
class Prepared:
    """A layer ready to run: its input as it is recorded, its args as the module takes them."""

    layer_id: str
    compiled: CompiledFlowlet
    input: Any
    args: Fields
    effect: Effect


@dataclass(frozen=True)
class Result:
    """What an attempt came to: an output, an order to the engine, a skip, or a failure, final or not."""

    output: Any = None
    reply: Any = None
    order: Fields | None = None
    skipped: bool = False
    failure: Failure | None = None
    final: bool = False


@dataclass
class AttemptContext:
    """The world as one attempt sees it; it is the `Context` of the kit."""

    components: Components
    company_id: str
    key: str
    deadline: float
    lines: list[str] = field(default_factory=list)

    @property
    def request(self) -> Request:
        """The company's request component."""
        found: Request = self.components.get(self.company_id, "request")
        return found

    @property
    def storage(self) -> Storage:
        """The company's storage component."""
        found: Storage = self.components.get(self.company_id, "storage")
        return found

    def seconds_left(self) -> float:
        """Seconds until the flowlet's timeout."""
        return self.deadline - time.monotonic()

    def log(self, message: str) -> None:
        """One line in the log, under the attempt's key."""
        log.info("%s %s", self.key, message)


def unmet_conditions(compiled: CompiledFlowlet, roots: Mapping[str, Any]) -> tuple[Unmet, ...]:
    """The conditions that keep the flowlet from running; none when it may run.

    Raises:
        Failed: a condition cannot be evaluated.
    """
    if not compiled.filters:
        return ()
    scope = Scope(roots)
    try:
        met, unmet = holds(
            [
                evaluated(condition, left.evaluate(scope), right.evaluate(scope))
                for condition, (left, right) in zip(compiled.flowlet.filters, compiled.filters, strict=True)
            ]
        )
    except (ExpressionError, FilterError) as error:
        raise Failed(str(error), final=True, code="EXPRESSION") from error
    return () if met else unmet


def prepare(layer_id: str, compiled: CompiledFlowlet, roots: Mapping[str, Any]) -> Prepared:
    """Resolve the args of a flowlet that is about to run.

    Raises:
        Failed: an expression fails, or the module refuses the args.
    """
    try:
        resolved = compiled.args.evaluate(Scope(roots))
    except ExpressionError as error:
        raise Failed(str(error), final=True, code="EXPRESSION") from error
    return prepare_again(layer_id, compiled, resolved)


def prepare_again(layer_id: str, compiled: CompiledFlowlet, resolved: Any) -> Prepared:
    """Take the recorded input of an attempt whose worker died.

    Raises:
        Failed: the module refuses the args.
    """
    args = bind(compiled.module, resolved)
    return Prepared(layer_id, compiled, resolved, args, compiled.module.effect_of(args))


def run(prepared: Prepared, context: AttemptContext) -> Result:
    """Run the module; whatever it does wrong becomes a failure of this flowlet alone."""
    try:
        out = prepared.compiled.module.run(prepared.args, context)
        result = _result_of(out)
    except Skipped:
        result = Result(skipped=True)
    except Failed as failed:
        result = Result(failure=Failure(failed.code, failed.message, prepared.layer_id), final=failed.final)
    except (Exception, SystemExit) as error:
        log.exception("%s: module %s broke", context.key, prepared.compiled.module.app_id)
        message = f"The module broke ({type(error).__name__}); this is a fault of the module, see the log."
        result = Result(failure=Failure("MODULE_BROKE", message, prepared.layer_id), final=True)
    if result.failure is None and context.seconds_left() < 0:
        return Result(failure=Failure("TIMEOUT", TIMEOUT, prepared.layer_id))
    return result


def _result_of(out: Fields) -> Result:
    if isinstance(out, ORDERS):
        return Result(order=out)
    value = out.model_dump(mode="json", by_alias=True)
    return Result(output=value, reply=value if isinstance(out, Reply) else None)
