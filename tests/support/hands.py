"""What tests of hands on plays share."""

from werkzeug.test import TestResponse

from tests.support.engines import Stage

EVENT = {"ref": "paid", "appId": "wait-for-event", "args": {"key": "order-7"}}


def a_waiting_play(stage: Stage, flow: str = "pays") -> str:
    """The id of a play that waits for an approval of `pay` and the event `order-7`."""
    pay = stage.probe("pay", flowlet={"needsApproval": True, "after": []})
    return stage.play({**EVENT, "after": []}, pay, flow=flow).id


def error_of(answer: TestResponse) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return answer.status_code, (answer.json or {})["error"]
