"""Records for tests, complete and valid unless a test says otherwise."""

from typing import Any

from flow8.clock import utc_now
from flow8.domain.play import Lease, Origin, Play, PlayState
from flow8.ids import new_id

COMPANY = "0" * 24
OTHER_COMPANY = "1" * 24


def a_play(**changes: Any) -> Play:
    """A play that was just accepted."""
    values: dict[str, Any] = {
        "id": new_id(),
        "company_id": COMPANY,
        "flow_id": "f" * 24,
        "flow": "a-flow",
        "version": 1,
        "origin": Origin(door="test"),
        "args": {"n": 1},
        "created_at": utc_now(),
    }
    return Play(**{**values, **changes})


def a_leased_play(**changes: Any) -> Play:
    """A play that was inserted by the process that performs it."""
    lease = Lease("test:1", new_id())
    return a_play(
        **{"state": PlayState.RUN, "lease": lease, "crashes": 1, "started_at": utc_now(), **changes}
    )


def a_flow(*flowlets: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A flow as an author writes it: one `var` flowlet unless others are given."""
    steps = flowlets or ({"ref": "only", "appId": "var", "args": {"values": {"n": "{{ $args.n }}"}}},)
    return {"flow": "a-flow", "name": "A flow", "flowlets": list(steps), **changes}
