"""The outcome of a run; plays and layers come in their shape from the services."""

from typing import Any

from flow8.domain.play import Failure
from flow8.engine.start import Outcome


def accepted(outcome: Outcome) -> dict[str, Any]:
    """A play that is stored and not finished."""
    return {"playId": outcome.play_id, "state": outcome.state.value, "startedAt": outcome.created_at}


def finished(outcome: Outcome) -> dict[str, Any]:
    """A play that is over, with its output, and why it failed if it did."""
    shown: dict[str, Any] = {
        "playId": outcome.play_id,
        "state": outcome.state.value,
        "output": outcome.output,
    }
    if outcome.error is not None:
        shown["error"] = failure(outcome.error)
    return shown


def failure(error: Failure) -> dict[str, Any]:
    """Why something failed."""
    return {"code": error.code, "message": error.message, "ref": error.ref}
