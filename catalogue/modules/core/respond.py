"""Respond.

Sets what the caller of a channel gets: status, headers and body. It does not end the flow; the last one wins.
"""

from flow8.kit import Context, Example, Reply, module


@module(
    Example("A JSON answer", {"body": {"ok": True}}, {"status": 200, "headers": {}, "body": {"ok": True}}),
    Example(
        "Text with a status of its own",
        {"status": 404, "headers": {"Content-Type": "text/plain", "X-Left": 0}, "body": "No such order"},
        {"status": 404, "headers": {"Content-Type": "text/plain", "X-Left": "0"}, "body": "No such order"},
    ),
)
def respond(args: Reply, _ctx: Context) -> Reply:
    """The answer as it was given."""
    return args
