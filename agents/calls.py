"""A call of a tool, from its start to its answer.

The play outlives the call: what a caller who left should come back to, an idempotency key tells.
"""

import contextlib
from typing import Any, Final

import anyio
import mcp_types as types
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from agents import play_tools, tools
from agents.desk import Context, Desk, in_protocol_words, in_thread
from agents.following import follow
from flow8.domain.access import Actor
from flow8.errors import Conflict, Flow8Error
from flow8.services.tool_calls import cancel_call, cancel_request
from flow8.services.tools import NO_TOOL, call_tool

IDEMPOTENCY_KEY: Final = "flow8/idempotencyKey"
"""Where a call's `_meta` may hold a key: whoever repeats the call with it gets the same play."""


async def answer_call(
    desk: Desk, context: Context, params: types.CallToolRequestParams
) -> types.CallToolResult:
    """Call a tool and wait for its play; a refusal is an answer that the agent can act on.

    Raises:
        MCPError: there is no such tool for this key.
    """
    try:
        actor = await desk.actor(context)
        if params.name in play_tools.NAMES:
            return await play_tools.answer(desk, context, actor, params.name, params.arguments or {})
        return await _call(desk, context, actor, params)
    except Flow8Error as error:
        if error.error_code == NO_TOOL:
            raise in_protocol_words(error) from None
        return tools.refusal(error)
    except MCPError:
        raise
    except Exception as error:  # noqa: BLE001 - the door's last word; it is logged
        raise in_protocol_words(error) from None


async def _call(
    desk: Desk, context: Context, actor: Actor, params: types.CallToolRequestParams
) -> types.CallToolResult:
    key, args = _key_of(params), params.arguments or {}
    with anyio.CancelScope(shield=True):  # who leaves now must still find, or cancel, what was stored
        call = await in_thread(lambda: call_tool(desk.engine, actor, params.name, args, idempotency_key=key))
    try:
        return tools.answer(await follow(desk, context, actor, call.play_id, call.seconds))
    except anyio.get_cancelled_exc_class():
        if key is None and _leaving_cancels(context) and not desk.is_stopping():
            await _cancel(desk, actor, call.play_id)
        raise


def _key_of(params: types.CallToolRequestParams) -> str | None:
    meta: Any = params.meta or {}
    key = meta.get(IDEMPOTENCY_KEY)
    return key if key is None or isinstance(key, str) else ""


def _leaving_cancels(context: Context) -> bool:
    """Over HTTP, newer clients cancel by closing the stream; older ones, and all on stdio, say it."""
    return context.request is not None and context.protocol_version in MODERN_PROTOCOL_VERSIONS


async def _cancel(desk: Desk, actor: Actor, play_id: str) -> None:
    with anyio.CancelScope(shield=True), contextlib.suppress(Conflict):
        await in_thread(lambda: cancel_call(desk.engine, actor, play_id))


async def cancelled(desk: Desk, context: Context, params: types.CancelledNotificationParams) -> None:
    """A client on stdio takes a call back; those on HTTP never get here (`agents/taken_back.py`)."""
    if context.request is not None:
        return
    with contextlib.suppress(Conflict):  # it ended meanwhile
        actor = await desk.actor(context, params.request_id)
        await in_thread(lambda: cancel_request(desk.engine, actor))
