"""Resources as the protocol shows them: flows and recent plays. Who may not view sees none."""

import mcp_types as types
from mcp.shared.exceptions import MCPError

from agents.desk import Context, Desk, in_protocol_words, in_thread
from flow8.errors import Denied, Flow8Error
from flow8.services.agent_resources import (
    FLOW,
    JSON,
    PLAY,
    YAML,
    Resource,
    Resources,
    list_resources,
    read_resource,
)

TEMPLATES = (
    types.ResourceTemplate(
        uri_template=f"{FLOW}{{flow}}",
        name="flow",
        title="A flow",
        description="The draft of a flow as YAML, by its permanent id.",
        mime_type=YAML,
    ),
    types.ResourceTemplate(
        uri_template=f"{PLAY}{{playId}}",
        name="play",
        title="A play",
        description="A play with its args, its output and how each of its steps ended, as JSON.",
        mime_type=JSON,
    ),
)


async def listed(desk: Desk, context: Context, cursor: str | None) -> types.ListResourcesResult:
    """The resources that a key may read; none without the right to view.

    Raises:
        MCPError: the cursor is none of ours.
    """
    try:
        actor, page = await desk.actor(context), _page(cursor)
        found = await in_thread(lambda: list_resources(desk.engine, actor, page=page))
    except Denied:
        found = Resources([], None)
    except Flow8Error as error:
        raise in_protocol_words(error) from None
    more = None if found.next is None else str(found.next)
    return types.ListResourcesResult(resources=list(map(_shown, found.data)), next_cursor=more)


async def read(desk: Desk, context: Context, uri: str) -> types.ReadResourceResult:
    """One resource.

    Raises:
        MCPError: there is none of this address for this key.
    """
    try:
        actor = await desk.actor(context)
        text, mime_type = await in_thread(lambda: read_resource(desk.engine, actor, uri))
    except Denied:
        raise MCPError(types.INVALID_PARAMS, "There is no such resource for this key.") from None
    except Flow8Error as error:
        raise in_protocol_words(error) from None
    return types.ReadResourceResult(
        contents=[types.TextResourceContents(uri=uri, mime_type=mime_type, text=text)]
    )


def _page(cursor: str | None) -> int:
    if cursor is None:
        return 1
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > len("1000000"):
        raise MCPError(types.INVALID_PARAMS, "This cursor is none that a list gave.")
    return int(cursor)


def _shown(resource: Resource) -> types.Resource:
    return types.Resource(
        uri=resource.uri,
        name=resource.name,
        title=resource.title,
        description=resource.description,
        mime_type=resource.mime_type,
    )
