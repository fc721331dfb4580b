"""Tools as the protocol shows them, and the answers to calls."""

import json
from typing import Any, Final

import mcp_types as types

from flow8.domain.play import PlayState
from flow8.domain.values import from_text, to_text
from flow8.errors import Flow8Error
from flow8.services.tool_calls import Standing
from flow8.services.tools import Tool

FAILURES: Final = (PlayState.FAIL, PlayState.CANCELLED)


def shown(tool: Tool) -> types.Tool:
    """A tool with the flow's `input` as its schema, and hints about what its flow does.

    A flow that writes is told as one that may destroy: nobody can tell from outside that it only adds.
    """
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema={
            **tool.schema,
            "type": "object",
        },  # args are an object, whatever else the flow would take
        annotations=types.ToolAnnotations(
            title=tool.title,
            read_only_hint=tool.traits.reads_only,
            destructive_hint=not tool.traits.reads_only,
            open_world_hint=not tool.traits.stays_inside,
        ),
    )


def answer(standing: Standing) -> types.CallToolResult:
    """The output of a finished play, its failure, or where it stands, in words that an agent can act on."""
    outcome = standing.outcome
    if not outcome.finished:
        return status(standing)
    if outcome.state is PlayState.DONE:
        return _output(outcome.output)
    why = outcome.error.message if outcome.error else f"it ended as {outcome.state}"
    if outcome.state in FAILURES:
        return _result(f"Play {outcome.play_id} did not finish its work: {why}", None, is_error=True)
    return _result(f"Play {outcome.play_id} had nothing to do: {why}.", _state(standing))


def status(standing: Standing) -> types.CallToolResult:
    """How far a play is, and what to do next."""
    play_id, state = standing.outcome.play_id, standing.outcome.state
    steps = f"{len(standing.finished)} of {standing.total} steps are done"
    ask = f'play_result with {{"playId": "{play_id}"}}'
    if standing.outcome.finished:
        text = f"Play {play_id} is over ({state}); {ask} answers its result."
    elif standing.approvals:
        asked = "; ".join(map(_asked, standing.approvals))
        text = f"Play {play_id} is waiting for approval: {asked}. That is for a person, at {standing.url}."
    else:
        text = f"Play {play_id} goes on ({state}): {steps}. Call {ask} to wait for its result."
    return _result(text, _state(standing))


def told(standing: dict[str, Any]) -> types.CallToolResult:
    """How a play stands after something was asked of it."""
    return _result(f"Play {standing['playId']} is asked to end; it is {standing['state']} now.", standing)


def refusal(error: Flow8Error) -> types.CallToolResult:
    """Why no play was started, every problem named, so that the agent can mend its call."""
    return _result(str(error), None, is_error=True)


def _state(standing: Standing) -> dict[str, Any]:
    return {
        "playId": standing.outcome.play_id,
        "state": standing.outcome.state.value,
        "flow": standing.flow,
        "stepsDone": len(standing.finished),
        "steps": standing.total,
        "waitingForApproval": list(standing.approvals),
        "url": standing.url,
    }


def _asked(approval: dict[str, Any]) -> str:
    note = f" ({approval['note']})" if approval["note"] else ""
    approvers = ", ".join(approval["approvers"])
    return f"'{approval['layerId']}'{note}" + (f" by {approvers}" if approvers else "")


def _output(output: Any) -> types.CallToolResult:
    """Older clients take nothing but objects as structured content, so any other output is put into one."""
    output = _speakable(output)
    text = output if isinstance(output, str) else to_text(output)
    return _result(text, output if isinstance(output, dict) else {"output": output})


def _speakable(value: Any) -> Any:
    """The value without halves of characters: values may hold them, but the protocol's UTF-8 may not."""
    if "\\ud" not in to_text(value):
        return value
    return from_text(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _result(text: str, structured: Any, *, is_error: bool = False) -> types.CallToolResult:
    content: list[types.ContentBlock] = [types.TextContent(type="text", text=text)]
    return types.CallToolResult(content=content, structured_content=structured, is_error=is_error)
