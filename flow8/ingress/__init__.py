"""A channel request through whatever door: match the route, guard, read the args, play, answer.

Doors turn their request into an `Inbound`, call `handle`, and send the `Answer`. A body that holds files goes
through `receive` first, while it arrives.
"""

from flow8.ingress.exchange import SESSION_COOKIE, TRIP_COOKIE, Answer, FindFlow, Inbound, Submit
from flow8.ingress.handle import enter, handle
from flow8.ingress.receive import comes_as_files, discard, receive

__all__ = [
    "SESSION_COOKIE",
    "TRIP_COOKIE",
    "Answer",
    "FindFlow",
    "Inbound",
    "Submit",
    "comes_as_files",
    "discard",
    "enter",
    "handle",
    "receive",
]
