"""Enumeration.

Makes a list for an iterator to go through: numbers (`to`, with `from` and `step`), the entries of an object
(`entries`), the items of a list with their positions (`items`), or batches of a list (`items` with `size`).
Give one of `to`, `entries` and `items`. More than 100,000 items in what is made fail the step.
"""

from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from flow8.kit import Context, Example, Failed, Fields, field, module, paced

MOST_ITEMS = 100_000
"""As many as one loop takes."""

Number = int | Annotated[float, Field(allow_inf_nan=False)]


class Args(Fields):
    """What is listed."""

    first: Number = field("The first number.", 1, alias="from")
    to: Number | None = field("The last number; it is in the list when the steps meet it.", None)
    step: Number = field("From one number to the next; below 0 it counts down.", 1)
    entries: dict[str, Any] | None = field("An object; each entry becomes `{key, value}`.", None)
    items: list[Any] | None = field("A list; each item becomes `{index, item}`, counted from 0.", None)
    size: int | None = field("Cuts `items` into batches of so many; the last may be smaller.", None, ge=1)

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [name for name in ("to", "entries", "items") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give one of to, entries and items; given: {', '.join(given) or 'none'}")
        if self.size is not None and self.items is None:
            raise ValueError("size goes with items only")
        if self.step == 0:
            raise ValueError("a step of 0 leads nowhere")
        return self


class Out(Fields):
    """The list."""

    items: list[Any] = field("The items, at most 100,000.")
    count: int = field("How many items there are.")


@module(
    Example("Numbers", {"to": 3}, {"items": [1, 2, 3], "count": 3}),
    Example(
        "Down in quarters",
        {"from": 1, "to": 0.5, "step": -0.25},
        {"items": [1.0, 0.75, 0.5], "count": 3},
    ),
    Example(
        "The entries of an object",
        {"entries": {"Bern": 3, "Chur": 1}},
        {"items": [{"key": "Bern", "value": 3}, {"key": "Chur", "value": 1}], "count": 2},
    ),
    Example(
        "Items with their positions",
        {"items": ["a", "b"]},
        {"items": [{"index": 0, "item": "a"}, {"index": 1, "item": "b"}], "count": 2},
    ),
    Example(
        "Batches of two", {"items": ["a", "b", "c"], "size": 2}, {"items": [["a", "b"], ["c"]], "count": 2}
    ),
)
def enumeration(args: Args, ctx: Context) -> Out:
    """The list made of whatever was given."""
    if args.to is not None:
        made = _numbers(args.first, args.to, args.step, ctx)
    elif args.entries is not None:
        _refuse_over_most(len(args.entries))
        made = [{"key": key, "value": value} for key, value in paced(args.entries.items(), ctx)]
    else:
        made = _parts(args.items or [], args.size, ctx)
    return Out(items=made, count=len(made))


def _numbers(first: Number, to: Number, step: Number, ctx: Context) -> list[Any]:
    start, end, stride = map(_exact, (first, to, step))
    count = max(0, (end - start) // stride + 1)
    _refuse_over_most(count)
    kind = int if isinstance(first, int) and isinstance(step, int) else float
    return [kind(start + place * stride) for place in paced(range(count), ctx)]


def _exact(number: Number) -> int | Fraction:
    """As it is written, so that ten steps of 0.1 are 1 and not a little less."""
    return number if isinstance(number, int) else Fraction(str(number))


def _parts(items: list[Any], size: int | None, ctx: Context) -> list[Any]:
    _refuse_over_most(len(items) if size is None else -(-len(items) // size))
    if size is None:
        return [{"index": index, "item": item} for index, item in paced(enumerate(items), ctx)]
    return [items[start : start + size] for start in paced(range(0, len(items), size), ctx)]


def _refuse_over_most(count: int) -> None:
    if count > MOST_ITEMS:
        raise Failed(
            f"The list would have more than {MOST_ITEMS} items; make it shorter, or its batches larger",
            final=True,
            code="TOO_LARGE",
        )
