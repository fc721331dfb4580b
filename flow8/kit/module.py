"""How a module is declared: a function with a form in, a form out, examples, and its effect on the world."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar, get_type_hints

from flow8.domain.lanes import DEFAULT_LANE
from flow8.kit.context import Context
from flow8.kit.fields import Fields
from flow8.kit.fields import field as form_field
from flow8.kit.headers import Headers


class Effect(StrEnum):
    """What running a module does to the world outside its play."""

    NONE = "none"
    READ = "read"
    WRITE = "write"
    IRREVERSIBLE = "irreversible"


@dataclass(frozen=True)
class Example:
    """A true example: these args give this output.

    `files` are put into the fake storage first; `calls` are the recorded answers of servers outside, in
    order, as `flow8.kit.testing.FakeRequest` reads them.
    """

    title: str
    args: dict[str, Any]
    output: Any
    files: dict[str, str] = field(default_factory=dict)
    calls: Sequence[dict[str, Any]] = ()


class Reply(Fields):
    """A module that returns this sets the answer of the channel through which the play came."""

    status: int = form_field("The HTTP status of the answer.", 200, ge=200, le=599)
    headers: Headers = form_field("Headers of the answer.", factory=dict)
    body: Any = form_field("The body: text is sent as it is, anything else as JSON.", None)


A = TypeVar("A", bound=Fields)
Function = Callable[[A, Context], Fields]
EffectOf = Callable[[Any], Effect]


@dataclass(frozen=True)
class Module(Generic[A]):
    """A declared module, as the registry hands it out. `app_id` is the function's name with hyphens."""

    app_id: str
    title: str
    help: str
    args: type[A]
    out: type[Fields]
    run: Function[A]
    examples: tuple[Example, ...]
    needs: tuple[str, ...]
    effect: Effect | EffectOf
    lane: str
    source: str

    def effect_of(self, args: A) -> Effect:
        """What running with these args does to the world."""
        return self.effect if isinstance(self.effect, Effect) else self.effect(args)


def module(
    *examples: Example,
    needs: tuple[str, ...] = (),
    effect: Effect | EffectOf = Effect.NONE,
    lane: str = DEFAULT_LANE,
) -> Callable[[Function[A]], Module[A]]:
    """Declare the function below as a module.

    Its file's docstring is title (first line) and help; its two hints are the forms; `needs` names the kinds
    of components it speaks through.
    """

    def declare(function: Function[A]) -> Module[A]:
        args, out = _forms(function)
        doc = (inspect.getdoc(inspect.getmodule(function)) or "").strip()
        title, _, text = doc.partition("\n")
        return Module(
            app_id=function.__name__.replace("_", "-"),
            title=title.rstrip("."),
            help=text.strip(),
            args=args,
            out=out,
            run=function,
            examples=examples,
            needs=needs,
            effect=effect,
            lane=lane,
            source=function.__module__,
        )

    return declare


def _forms(function: Function[A]) -> tuple[type[A], type[Fields]]:
    hints = get_type_hints(function)
    args, out = hints.get("args"), hints.get("return")
    for form in (args, out):
        if not (isinstance(form, type) and issubclass(form, Fields)):
            raise TypeError(
                f"write {function.__name__}(args: Args, ctx: Context) -> Out; both forms are Fields"
            )
    return hints["args"], hints["return"]
