"""One attempt of one flowlet: its filters, its resolved args, its module's run and what came of it."""

import logging
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, TypeVar

from flow8.clock import utc_now
from flow8.domain.expression import ExpressionError, Scope
from flow8.domain.filters import FilterError, evaluated, holds
from flow8.domain.flow import Flowlet
from flow8.domain.play import Failure, Unmet
from flow8.domain.veil import Veil
from flow8.engine.compiled import CompiledFlowlet
from flow8.engine.components import Components
from flow8.engine.kv import PlayKv
from flow8.engine.links import Links
from flow8.engine.module_files import ModuleFiles
from flow8.engine.module_kv import ModuleKv
from flow8.files import FileRoom
from flow8.kit.errors import Failed, Skipped
from flow8.kit.fields import Fields
from flow8.kit.files import Files
from flow8.kit.kinds import Kv, Mail, Request, Storage
from flow8.kit.link import Link
from flow8.kit.module import ORDERS, Effect, Reply
from flow8.registry import bind

log = logging.getLogger("play")

TIMEOUT = "execution timeout"

MOST_LINES: Final = 100
LONGEST_LINE: Final = 500
"""So much of what an attempt logs is kept with its play; the process's own log has all of it."""

Line = tuple[datetime, str]
Order = TypeVar("Order", bound=Fields)


@dataclass(frozen=True)
class Prepared:
    """A layer ready to run: its input as it is recorded, its args as the module takes them, with secrets."""

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
    lines: tuple[Line, ...] = ()


@dataclass
class AttemptContext:
    """The world as one attempt sees it; it is the `Context` of the kit."""

    components: Components
    company_id: str
    key: str
    deadline: float
    play_kv: PlayKv
    room: FileRoom
    links: Links | None = None
    flowlet: Flowlet | None = None
    lines: list[Line] = field(default_factory=list)

    @property
    def request(self) -> Request:
        """The request component that the flowlet names, or the company's."""
        found: Request = self._component("request")
        return found

    @property
    def storage(self) -> Storage:
        """The storage component that the flowlet names, or the company's."""
        found: Storage = self._component("storage")
        return found

    @property
    def mail(self) -> Mail:
        """The mail component that the flowlet names, or the company's."""
        found: Mail = self._component("mail")
        return found

    def link(self, service: str) -> Link | None:
        """The credential that the flowlet names for a service."""
        name = None if self.flowlet is None else self.flowlet.link_ids_by_type.get(service)
        if name is None or self.links is None:
            return None
        return self.links.get(self.company_id, service, name, self.veil)

    def _component(self, kind: str) -> Any:
        name = None if self.flowlet is None else self.flowlet.component_config_ids.get(kind)
        found = self.components.get(self.company_id, kind, name)
        self.veil.add(list(found.secrets))
        return found.value

    @property
    def kv(self) -> Kv:
        """The company's KV, as this flowlet's flow reads and writes it."""
        return ModuleKv(self.play_kv, self.key)

    @property
    def files(self) -> Files:
        """The files of the play."""
        return ModuleFiles(self.room, self.company_id, self.key)

    @property
    def veil(self) -> Veil:
        """What nobody may see."""
        return self.play_kv.veil

    def seconds_left(self) -> float:
        """Seconds until the flowlet's timeout."""
        return self.deadline - time.monotonic()

    def log(self, message: str) -> None:
        """One line in the log, under the attempt's key; the first 100 are kept with the play, too."""
        shown = self.veil.text(message)
        log.info("%s %s", self.key, shown)
        if len(self.lines) < MOST_LINES:
            self.lines.append((utc_now(), _storable(shown[:LONGEST_LINE])))


def _storable(text: str) -> str:
    """The text without halves of characters, which no database takes."""
    return text.encode("utf-8", "replace").decode()


def unmet_conditions(compiled: CompiledFlowlet, roots: Mapping[str, Any], kv: PlayKv) -> tuple[Unmet, ...]:
    """The conditions that keep the flowlet from running; none when it may run.

    Raises:
        Failed: a condition cannot be evaluated.
    """
    if not compiled.filters:
        return ()
    try:
        sides = [(kv.watch(left, roots), kv.watch(right, roots)) for left, right in compiled.filters]
        met, unmet = holds(
            [
                evaluated(condition, left.value, right.value)
                for condition, (left, right) in zip(compiled.flowlet.filters, sides, strict=True)
            ]
        )
    except (ExpressionError, FilterError) as error:
        raise Failed(str(error), final=True, code="EXPRESSION") from error
    if met:
        return ()
    shown = [(left.shown, right.shown) for left, right in sides]
    return tuple(replace(each, left=shown[each.position][0], right=shown[each.position][1]) for each in unmet)


def prepare(layer_id: str, compiled: CompiledFlowlet, roots: Mapping[str, Any], kv: PlayKv) -> Prepared:
    """Resolve the args of a flowlet that is about to run.

    Raises:
        Failed: an expression fails, or the module refuses the args.
    """
    try:
        if compiled.veiled is not None:
            resolved = compiled.veiled.resolve(roots, kv)
            return _bound(layer_id, compiled, resolved.value, resolved.shown)
        value = compiled.args.evaluate(Scope(roots))
    except ExpressionError as error:
        raise Failed(str(error), final=True, code="EXPRESSION") from error
    return _bound(layer_id, compiled, value, value)


def prepare_again(
    layer_id: str, compiled: CompiledFlowlet, recorded: Any, roots: Mapping[str, Any], kv: PlayKv
) -> Prepared:
    """Take the recorded input of an earlier attempt; secrets, which no record holds, are read anew.

    Raises:
        Failed: a secret cannot be read any more, or the module refuses the args.
    """
    if compiled.veiled is None:
        return _bound(layer_id, compiled, recorded, recorded)
    try:
        resolved = compiled.veiled.resolve_again(recorded, roots, kv)
    except ExpressionError as error:
        raise Failed(str(error), final=True, code="EXPRESSION") from error
    return _bound(layer_id, compiled, resolved.value, recorded)


def _bound(layer_id: str, compiled: CompiledFlowlet, value: Any, shown: Any) -> Prepared:
    args = bind(compiled.module, value)
    return Prepared(layer_id, compiled, shown, args, compiled.module.effect_of(args))


def run(prepared: Prepared, context: AttemptContext) -> Result:
    """Run the module; whatever it does wrong becomes a failure of this flowlet alone.

    No secret leaves it: where the module gives one back, in whatever form, there is `***` instead.
    """
    result = _run(prepared, context)
    if context.lines:
        result = replace(result, lines=tuple(context.lines))
    return _veiled(result, context.veil) if context.veil else result


def _run(prepared: Prepared, context: AttemptContext) -> Result:
    try:
        out = prepared.compiled.module.run(prepared.args, context)
        result = _result_of(out)
    except Skipped:
        result = Result(skipped=True)
    except Failed as failed:
        result = Result(failure=Failure(failed.code, failed.message, prepared.layer_id), final=failed.final)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it is logged, under the veil
        _log_broken(context, prepared.compiled.module.app_id)
        message = f"The module broke ({type(error).__name__}); this is a fault of the module, see the log."
        result = Result(failure=Failure("MODULE_BROKE", message, prepared.layer_id), final=True)
    if result.failure is None and context.seconds_left() < 0:
        return Result(failure=Failure("TIMEOUT", TIMEOUT, prepared.layer_id))
    return result


def _log_broken(context: AttemptContext, app_id: str) -> None:
    """The traceback too, whose last line may say anything."""
    args = (context.key, app_id)
    record = log.makeRecord(log.name, logging.ERROR, __file__, 0, "%s: module %s broke", args, None)
    record.exc_text = context.veil.text("".join(traceback.format_exception(sys.exception())).rstrip())
    log.handle(record)


def _veiled(result: Result, veil: Veil) -> Result:
    failure, order = result.failure, result.order
    return replace(
        result,
        output=veil.value(result.output),
        reply=veil.value(result.reply),
        order=None if order is None else veiled_order(order, veil),
        failure=None if failure is None else replace(failure, message=veil.text(failure.message)),
    )


def veiled_order(order: Order, veil: Veil) -> Order:
    """An order to the engine without secrets: what it holds is recorded, or read by other flowlets."""
    return order.model_copy(
        update={name: veil.value(getattr(order, name)) for name in type(order).model_fields}
    )


def _result_of(out: Fields) -> Result:
    if isinstance(out, ORDERS):
        return Result(order=out)
    value = out.model_dump(mode="json", by_alias=True)
    return Result(output=value, reply=value if isinstance(out, Reply) else None)
