"""Template.

Fills a text with values: every `{{ … }}` in it is replaced before the step runs. Null becomes nothing, lists
and objects become compact JSON.
"""

from flow8.kit import Context, Example, Fields, Text, field, module


class Args(Fields):
    """The text."""

    text: Text = field("The text with its expressions, such as `Dear {{ $args.name }}`.")


class Out(Fields):
    """The filled text."""

    text: str = field("The text with every expression replaced by its value.")


@module(
    Example(
        "A greeting",
        {"text": "Dear Ada,\nyour order A-7 is on its way."},
        {"text": "Dear Ada,\nyour order A-7 is on its way."},
    ),
    Example("A list becomes JSON", {"text": ["a", 2]}, {"text": '["a",2]'}),
)
def template(args: Args, _ctx: Context) -> Out:
    """The text, whose expressions have their values by now."""
    return Out(text=args.text)
