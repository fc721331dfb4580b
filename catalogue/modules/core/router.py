"""Router.

Picks the first route whose condition holds. Steps after it look at the label, for instance with the filter
`{{ $prev.<ref>.route }}` equals `big`. False are false, null, 0, empty text, an empty list or object, and the
word `false`; every other value holds.
"""

from flow8.kit import Condition, Context, Example, Fields, field, module


class Route(Fields):
    """One way the flow may go on."""

    label: str = field("The name that the output carries when this route is taken.", min_length=1)
    condition: Condition = field("An expression, or `true` for a route that is always open.")


class Args(Fields):
    """The routes in the order in which they are tried."""

    routes: list[Route] = field("The routes; the first whose condition holds is taken.", min_length=1)
    default: str | None = field("The label when no condition holds; null without one.", None)


class Out(Fields):
    """The choice."""

    route: str | None = field("The label of the route that was taken, or null.")


@module(
    Example(
        "The first that holds",
        {"routes": [{"label": "big", "condition": True}, {"label": "small", "condition": "true"}]},
        {"route": "big"},
    ),
    Example(
        "A way out for the rest",
        {"routes": [{"label": "with items", "condition": []}], "default": "empty"},
        {"route": "empty"},
    ),
    Example("None holds", {"routes": [{"label": "big", "condition": "false"}]}, {"route": None}),
)
def router(args: Args, _ctx: Context) -> Out:
    """The label of the first open route."""
    open_routes = (each.label for each in args.routes if each.condition)
    return Out(route=next(open_routes, args.default))
