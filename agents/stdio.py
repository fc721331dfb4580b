"""For desktop clients, which start a server themselves and speak to it over its input and output."""

from pathlib import Path
from typing import Final

from mcp.server.stdio import stdio_server

from agents.desk import Context, Desk
from agents.server import make_server
from agents.tokens import agent_of
from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Invalid
from flow8.ids import new_id

BEARER: Final = "authorization: bearer "


async def serve(engine: Engine, key: str) -> None:
    """Answer the program at the other end until it closes our input; each request asks for the key anew."""

    def who(_: Context) -> Actor:
        return agent_of(engine, key)

    server = make_server(Desk(engine, who, lambda: False, wire=f"{new_id()}/"))
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def key_of(given: str) -> str:
    """The key that was given: as it is, or as `@` and a file that holds it, alone or as a header line.

    Raises:
        Invalid: the file cannot be read.
    """
    if not given.startswith("@"):
        return given
    try:
        text = Path(given[1:]).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"The key cannot be read from {given[1:]}: {error}.") from error
    return text[len(BEARER) :] if text.lower().startswith(BEARER) else text
