"""The tools that every agent has: how a play stands that it started, its result, and cancelling it."""

from collections.abc import Mapping
from typing import Any, Final

import mcp_types as types
from pydantic import Field, ValidationError

from agents import tools
from agents.desk import Context, Desk, in_thread
from agents.following import follow
from flow8.domain.access import Actor
from flow8.domain.model import Model, problems_of
from flow8.errors import Invalid
from flow8.services.tool_calls import cancel_call, look

STATUS: Final = "play_status"
RESULT: Final = "play_result"
CANCEL: Final = "play_cancel"
USUAL_WAIT: Final = 30.0
LONGEST_WAIT: Final = 60.0


class Which(Model):
    """Which play."""

    play_id: str = Field(description="The playId that a tool answered with.")


class Wait(Which):
    """Which play, and for how long to wait."""

    wait_seconds: float = Field(
        USUAL_WAIT, ge=0, le=LONGEST_WAIT, description="How long to wait for its end at most, in seconds."
    )


_FORMS: Final[Mapping[str, type[Which]]] = {STATUS: Which, RESULT: Wait, CANCEL: Which}
_ABOUT: Final = {
    STATUS: ("State of a play", "Tells how far a play is that one of your calls started."),
    RESULT: (
        "Result of a play",
        "Waits for a play that one of your calls started, and answers what that call would have answered.",
    ),
    CANCEL: ("Cancel a play", "Ends a play that one of your calls started; what it did is not undone."),
}
NAMES: Final = frozenset(_FORMS)


def shown() -> list[types.Tool]:
    """These tools as the protocol shows them."""
    return [
        types.Tool(
            name=name,
            title=title,
            description=description,
            input_schema=_FORMS[name].model_json_schema(),
            annotations=types.ToolAnnotations(
                title=title,
                read_only_hint=name != CANCEL,
                destructive_hint=name == CANCEL,
                idempotent_hint=True,
                open_world_hint=False,
            ),
        )
        for name, (title, description) in _ABOUT.items()
    ]


async def answer(
    desk: Desk, context: Context, actor: Actor, name: str, args: dict[str, Any]
) -> types.CallToolResult:
    """Call one of these tools.

    Raises:
        Flow8Error: the args are not right, or it is not a play of this key.
    """
    form = _read(name, args)
    if isinstance(form, Wait):
        return tools.answer(await follow(desk, context, actor, form.play_id, form.wait_seconds))
    if name == CANCEL:
        return tools.told(await in_thread(lambda: cancel_call(desk.engine, actor, form.play_id)))
    return tools.status(await in_thread(lambda: look(desk.engine, actor, form.play_id)))


def _read(name: str, args: dict[str, Any]) -> Which:
    try:
        return _FORMS[name].model_validate(args)
    except ValidationError as error:
        raise Invalid("This tool cannot be called so.", problems=problems_of(error, "args")) from None
