"""How a module is declared: a function with a form in, a form out, examples, and its effect on the world."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeGuard, TypeVar, get_type_hints

from pydantic import ConfigDict, RootModel

from flow8.domain.lanes import DEFAULT_LANE
from flow8.kit.context import Context
from flow8.kit.fields import Fields
from flow8.kit.fields import field as form_field
from flow8.kit.headers import Headers
from flow8.kit.orders import AwaitEvent, Collect, Delay, PlayFlow, Repeat, Stop
from flow8.kit.program import Program

ORDERS = (AwaitEvent, Collect, Delay, PlayFlow, Repeat, Stop)
"""What a function may return in place of its output: a wish, which the engine carries out."""


class Effect(StrEnum):
    """What running a module does to the world outside its play."""

    NONE = "none"
    READ = "read"
    WRITE = "write"
    IRREVERSIBLE = "irreversible"


@dataclass(frozen=True)
class Example:
    """A true example: with these args the function returns this output, or the order that it returns instead.

    `files` are put into the fake storage first, `entries` into the fake KV; `given` are files of the play by
    name, whose ids count up from `000000000000000000000001`; `calls` are the recorded answers of servers
    outside, in order, as `flow8.kit.testing.FakeRequest` reads them.
    """

    title: str
    args: dict[str, Any]
    output: Any
    files: dict[str, str] = field(default_factory=dict)
    entries: dict[str, Any] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    calls: Sequence[dict[str, Any]] = ()


class Reply(Fields):
    """A module that returns this sets the answer of the channel through which the play came."""

    status: int = form_field("The HTTP status of the answer.", 200, ge=200, le=599)
    headers: Headers = form_field("Headers of the answer.", factory=dict)
    body: Any = form_field("The body: text is sent as it is, anything else as JSON.", None)


class AnyValue(Fields, RootModel[Any]):
    """Any JSON value: what an output is whose form nobody knows before.

    Make a form from it whose docstring says what the value is; people read that sentence.
    """

    # A RootModel refuses whatever is said about fields that nobody declared.
    model_config = ConfigDict(extra=None)

    root: Any = form_field("The whole value.")


A = TypeVar("A", bound=Fields)
Function = Callable[[A, Context], Fields]
EffectOf = Callable[[Any], Effect]


@dataclass(frozen=True)
class Module(Generic[A]):
    """A declared module, as the registry hands it out. `app_id` is the function's name with hyphens.

    `out` is the form of its layer's output; `order` what the function returns in its place, if it does.
    """

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
    programs: tuple[Program, ...] = ()
    order: type[Fields] | None = None
    links: tuple[str, ...] = ()

    def effect_of(self, args: A) -> Effect:
        """What running with these args does to the world."""
        return self.effect if isinstance(self.effect, Effect) else self.effect(args)


def module(
    *examples: Example,
    needs: tuple[str, ...] = (),
    effect: Effect | EffectOf = Effect.NONE,
    lane: str = DEFAULT_LANE,
    programs: tuple[Program, ...] = (),
    gives: type[Fields] | None = None,
    links: tuple[str, ...] = (),
) -> Callable[[Function[A]], Module[A]]:
    """Declare the function below as a module.

    Its file's docstring is title (first line) and help; its two hints are the forms; `needs` names the kinds
    of components it speaks through, `programs` what it runs as children, `links` the services whose
    credentials it can use. A function that returns an order
    says with `gives` which form the output has when the engine has carried it out.

    Raises:
        TypeError: the hints or `gives` are not right; the sentence says what to write.
    """

    def declare(function: Function[A]) -> Module[A]:
        args, returned = _forms(function)
        order = returned if _is_order(returned) else None
        doc = (inspect.getdoc(inspect.getmodule(function)) or "").strip()
        title, _, text = doc.partition("\n")
        return Module(
            app_id=function.__name__.replace("_", "-"),
            title=title.rstrip("."),
            help=text.strip(),
            args=args,
            out=_output(function, returned, gives),
            run=function,
            examples=examples,
            needs=needs,
            effect=effect,
            lane=lane,
            source=function.__module__,
            programs=programs,
            order=order,
            links=links,
        )

    return declare


def _forms(function: Function[A]) -> tuple[type[A], type[Fields]]:
    hints = get_type_hints(function)
    for form in (hints.get("args"), hints.get("return")):
        if not _is_form(form):
            raise TypeError(
                f"write {function.__name__}(args: Args, ctx: Context) -> Out; both forms are Fields"
            )
    return hints["args"], hints["return"]


def _output(function: Function[A], returned: type[Fields], gives: type[Fields] | None) -> type[Fields]:
    """The form of the layer's output: what the function returns, or what comes of the order it returns."""
    name = function.__name__
    if not _is_order(returned):
        if gives is not None:
            raise TypeError(f"{name} returns its output itself; gives= is for functions that return an order")
        return returned
    if not _is_form(gives) or _is_order(gives):
        raise TypeError(
            f"{name} returns the order {returned.__name__}, which is not its output; "
            "name the form of that: @module(..., gives=Out)"
        )
    return gives


def _is_form(hint: object) -> TypeGuard[type[Fields]]:
    return isinstance(hint, type) and issubclass(hint, Fields)


def _is_order(form: type[Fields]) -> bool:
    return issubclass(form, ORDERS)
