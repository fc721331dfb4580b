"""Tools as the protocol shows them, and the answer to a call."""

from typing import Any

import mcp_types as types

from flow8.domain.play import PlayState
from flow8.domain.values import to_text
from flow8.engine.start import Outcome
from flow8.errors import Flow8Error
from flow8.services.tools import Tool


def shown(tool: Tool) -> types.Tool:
    """A tool with the flow's `input` as its schema."""
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema={"type": "object", **tool.schema},
    )


def answer(outcome: Outcome) -> types.CallToolResult:
    """The output of a finished play; its failure, or where it stands, in words that an agent can act on."""
    if not outcome.finished:
        text = f"Play {outcome.play_id} goes on ({outcome.state}); ask flow8 for it later."
        return _result(text, {"playId": outcome.play_id, "state": outcome.state.value})
    if outcome.state is not PlayState.DONE:
        why = outcome.error.message if outcome.error else f"it ended as {outcome.state}"
        return _result(f"Play {outcome.play_id} did not finish its work: {why}", None, is_error=True)
    structured = outcome.output if isinstance(outcome.output, dict) else {"output": outcome.output}
    return _result(to_text(outcome.output), structured)


def refusal(error: Flow8Error) -> types.CallToolResult:
    """Why no play was started, every problem named, so that the agent can mend its call."""
    return _result(str(error), None, is_error=True)


def _result(text: str, structured: Any, *, is_error: bool = False) -> types.CallToolResult:
    content: list[types.ContentBlock] = [types.TextContent(type="text", text=text)]
    return types.CallToolResult(content=content, structured_content=structured, is_error=is_error)
