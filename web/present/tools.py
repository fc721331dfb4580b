"""Tools as administrators see them: what agents are offered."""

from typing_extensions import TypedDict

from flow8.services.tools import Tool


class ToolShape(TypedDict):
    """A tool of an `mcp` channel, with the flow that it plays."""

    name: str
    title: str
    description: str
    flow: str
    readsOnly: bool
    staysInside: bool
    responseMode: str


def tool(found: Tool) -> ToolShape:
    """A tool."""
    return {
        "name": found.name,
        "title": found.title,
        "description": found.description,
        "flow": found.flow.permanent_id,
        "readsOnly": found.traits.reads_only,
        "staysInside": found.traits.stays_inside,
        "responseMode": found.route.response_mode,
    }
