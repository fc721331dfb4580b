"""A bare front: Flask behind gunicorn that stores a play and answers, at once or when a worker has done it.

gunicorn -k gevent bench.bare.front:app
"""

import threading
from collections import defaultdict
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from pymongo import CursorType

from bench.bare.plays import BarePlays
from bench.bare.queues import PLAYS
from bench.work import as_json
from config.settings import from_environment
from flow8.broker.choose import open_bell
from flow8.store.queue_jobs import QueueJobs

PATIENCE_SECONDS = 30.0
AWAIT_MS = 500

app = Flask("bare")
plays = BarePlays()
bell = open_bell(from_environment().broker_url, lambda: QueueJobs(plays.database))


class Ends:
    """Callers that wait for the end of a play, woken by one tail of the capped collection."""

    def __init__(self) -> None:
        self._waiting: dict[str, threading.Event] = defaultdict(threading.Event)
        self._tail: threading.Thread | None = None

    def expect(self, play_id: str) -> threading.Event:
        """What is set when the play ends."""
        if self._tail is None:
            self._tail = threading.Thread(target=self._follow, daemon=True)
            self._tail.start()
        return self._waiting[play_id]

    def forget(self, play_id: str) -> None:
        """Nobody waits for it any more."""
        self._waiting.pop(play_id, None)

    def _follow(self) -> None:
        last = next(iter(plays.ended.find().sort("$natural", -1).limit(1)))["_id"]
        tail = plays.ended.find({"_id": {"$gt": last}}, cursor_type=CursorType.TAILABLE_AWAIT)
        tail.max_await_time_ms(AWAIT_MS)
        while tail.alive:
            for end in tail:
                waiting = self._waiting.get(end["play"])
                if waiting is not None:
                    waiting.set()


ends = Ends()


@app.post("/accept")
def accept() -> ResponseReturnValue:
    """Store a play; nobody performs it."""
    return _json({"playId": plays.insert(request.get_json(), "NEW")}), HTTPStatus.ACCEPTED


@app.post("/run")
def run() -> ResponseReturnValue:
    """Store a play, ring for a worker, wait for the end."""
    play_id = plays.insert(request.get_json(), "NEW")
    over = ends.expect(play_id)
    bell.ring(play_id, PLAYS)
    over.wait(PATIENCE_SECONDS)
    ends.forget(play_id)
    return _json({"playId": play_id, "state": "DONE", "output": plays.output(play_id)})


def _json(value: Any) -> Response:
    return Response(as_json(value), mimetype="application/json")
