"""Aggregator.

Gathers what the iterations of a loop gave, in the order of the items: as a list, a number, a text or one
object. It takes the output of one flowlet of the loop, or what stands at `path` in it. Iterations that failed
or have no such output are left out. The output is `{value, count}`: what came of it, and from how many.
"""

from typing import Any

from flow8.kit import Collect, Context, Example, Fields, field, module


class Out(Fields):
    """What was gathered."""

    value: Any = field("What came of the values; of none, `average`, `min` and `max` make null.")
    count: int = field("How many values there were.")


@module(
    Example(
        "The sum of all totals",
        {"loop": "each", "flowlet": "price", "path": "total", "how": "sum"},
        {"loop": "each", "flowlet": "price", "path": "total", "how": "sum", "separator": ", "},
    ),
    Example(
        "A list of what each iteration gave last",
        {"loop": "each"},
        {"loop": "each", "flowlet": None, "path": None, "how": "list", "separator": ", "},
    ),
    gives=Out,
)
def aggregator(args: Collect, _ctx: Context) -> Collect:
    """Ask the engine for what the loop gave."""
    return args
