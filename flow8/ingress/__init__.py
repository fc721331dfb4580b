"""A channel request through whatever door: match the route, guard, read the args, play, answer.

Doors turn their request into an `Inbound`, call `handle`, and send the `Answer`.
"""

from flow8.ingress.exchange import SESSION_COOKIE, TRIP_COOKIE, Answer, FindFlow, Inbound, Submit
from flow8.ingress.handle import enter, handle

__all__ = ["SESSION_COOKIE", "TRIP_COOKIE", "Answer", "FindFlow", "Inbound", "Submit", "enter", "handle"]
