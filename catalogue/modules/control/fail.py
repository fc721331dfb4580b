"""Fail.

Fails on purpose, for good, with a message and a code that `onError` and people can act on.
"""

from flow8.kit import Context, Example, Failed, Fields, field, module


class Args(Fields):
    """Why, and whether at all."""

    message: str = field("Why it fails, in a sentence its reader can act on.", min_length=1, max_length=1000)
    code: str = field("A short name of the failure.", "FAILED", pattern="^[A-Z][A-Z0-9_]{0,63}$")
    when: bool = field("Whether it fails; false lets the play go on.", default=True)


class Out(Fields):
    """What comes of not failing."""

    failed: bool = field("Always false, since a failure has no output.", default=False)


@module(
    Example("Not this time", {"message": "No stock is left.", "when": False}, {"failed": False}),
)
def fail(args: Args, _ctx: Context) -> Out:
    """Fail, unless told not to."""
    if args.when:
        raise Failed(args.message, final=True, code=args.code)
    return Out()
