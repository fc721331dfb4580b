"""Iterator.

Performs the flowlets that stand `inside` it once for each item, in which `{{ $item }}` is the item and
`{{ $index }}` its place, counted from 0. With `flow` each item is a play of that flow instead: its args are
the item when that is an object, else `{item, index}`. The output is `{count, done, failed}`; an `aggregator`
after it gathers what the iterations gave. With `onItemError` `fail` the first iteration that fails ends the
loop, and iterations that already run are let finish.
"""

from flow8.kit import Context, Example, Fields, Repeat, field, module


class Out(Fields):
    """How the iterations ended."""

    count: int = field("How many items there were.")
    done: int = field("How many iterations went well.")
    failed: int = field("How many iterations failed.")


@module(
    Example(
        "Orders, five at a time",
        {"items": [{"id": "A-1"}, {"id": "A-2"}], "parallel": 5},
        {"items": [{"id": "A-1"}, {"id": "A-2"}], "parallel": 5, "onItemError": "fail", "flow": None},
    ),
    Example(
        "A play of a flow for each file, and a bad one does not stop the rest",
        {"items": ["may.pdf", "june.pdf"], "flow": "read-invoice", "onItemError": "continue"},
        {
            "items": ["may.pdf", "june.pdf"],
            "parallel": 1,
            "onItemError": "continue",
            "flow": "read-invoice",
        },
    ),
    gives=Out,
)
def iterator(args: Repeat, _ctx: Context) -> Repeat:
    """Ask the engine to perform the loop."""
    return args
