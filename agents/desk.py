"""What answering an agent takes, and how services, which block, are asked from a process that must not."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import mcp_types as types
from anyio import to_thread
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

from config import log_ids
from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Flow8Error
from flow8.store.database import faults_in_words

Context = ServerRequestContext[Any, Any]
LONGEST_REQUEST_ID: Final = 100

T = TypeVar("T")

log = logging.getLogger("agents")


@dataclass(frozen=True)
class Desk:
    """One way in for agents: `who` finds out who asks, `is_stopping` tells that calls should be answered now.

    `wire` stands before the ids of requests, so that those of one program are not taken for another's.
    """

    engine: Engine
    who: Callable[[Context], Actor]
    is_stopping: Callable[[], bool]
    wire: str = ""

    async def actor(self, context: Context, request_id: Any = None) -> Actor:
        """Who asks, by which request.

        Raises:
            Unauthorized: the key ended meanwhile.
        """
        actor = await in_thread(lambda: self.who(context))
        name = request_name(context.request_id if request_id is None else request_id, self.wire)
        log_ids.add(company_id=actor.company_id, request_id=name)
        return replace(actor, request_id=name)


def request_name(request_id: Any, wire: str = "") -> str:
    """How a request is known in the records of its play: 7 and "7" are different ones."""
    return f"{wire}{json.dumps(request_id)}"[:LONGEST_REQUEST_ID]


async def in_thread(ask: Callable[[], T]) -> T:
    """What a service says, asked in a thread.

    Raises:
        Flow8Error: what the service refuses, a database that is away included.
    """

    def speak() -> T:
        with faults_in_words():
            return ask()

    return await to_thread.run_sync(speak)


def in_protocol_words(error: Exception) -> MCPError:
    """An error as the protocol says it; of a fault of ours only that there was one, the rest is logged."""
    if isinstance(error, MCPError):
        return error
    if isinstance(error, Flow8Error):
        return MCPError(types.INVALID_PARAMS, str(error))
    log.error("a request of an agent failed", exc_info=error)
    return MCPError(types.INTERNAL_ERROR, "Something went wrong inside flow8; its log tells more.")
