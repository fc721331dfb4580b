"""The front in its real process: gevent serves many at once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from flow8.engine.engine import Engine
from flow8.store.people import User
from tests.support.gunicorn import Served, serving
from tests.support.system import until
from tests.support.web import PASSWORD, a_key

AT_ONCE = 20
SECONDS = 2.0


def send(front: Served, path: str, body: dict[str, Any], key: str | None = None) -> tuple[int, HTTPResponse]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    with closing(HTTPConnection("127.0.0.1", front.port, timeout=60)) as connection:
        connection.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer


@pytest.mark.usefixtures("greeting")
def test_many_may_wait_and_sign_in_at_once_in_one_process(
    tmp_path: Path, environment: dict[str, str], engine: Engine, administrator: User
) -> None:
    key = a_key(engine)
    run = {"args": {"name": "Ada"}, "wait": SECONDS}
    login = {"email": administrator.email, "password": PASSWORD}
    with (
        serving(tmp_path, {**environment, "DATA_DIR": str(tmp_path / "front")}) as front,
        ThreadPoolExecutor(2 * AT_ONCE) as pool,
    ):
        began = time.monotonic()
        runs = [pool.submit(send, front, "flows/greeting/run", run, key) for _ in range(AT_ONCE)]
        logins = [pool.submit(send, front, "auth/login", login) for _ in range(AT_ONCE // 4)]
        statuses = [run.result()[0] for run in runs]
        took = time.monotonic() - began
        signed_in = [login.result() for login in logins]

    assert statuses == [202] * AT_ONCE
    assert [status for status, _ in signed_in] == [200] * len(logins)
    assert took < AT_ONCE * SECONDS / 2
    assert len({answer.headers["Set-Cookie"].partition(";")[0] for _, answer in signed_in}) == len(logins)
    assert engine.store.database["plays"].count_documents({}) == AT_ONCE


@pytest.mark.usefixtures("greeting")
def test_who_is_told_to_stop_answers_what_was_asked_and_goes_in_good_order(
    tmp_path: Path, environment: dict[str, str], engine: Engine
) -> None:
    key, run = a_key(engine), {"args": {"name": "Ada"}, "wait": SECONDS}
    with (
        serving(tmp_path, {**environment, "DATA_DIR": str(tmp_path / "front")}) as front,
        ThreadPoolExecutor(1) as pool,
    ):
        asked = pool.submit(send, front, "flows/greeting/run", run, key)
        until(lambda: engine.store.database["plays"].count_documents({}) == 1, what="the play")
        code = front.stop()
        status = asked.result()[0]
        log = front.log()

    assert (code, status) == (0, 202)
    assert "Traceback" not in log
    assert "exited with code" not in log


def test_who_does_nothing_stops_in_good_order(tmp_path: Path, environment: dict[str, str]) -> None:
    with serving(tmp_path, {**environment, "DATA_DIR": str(tmp_path / "front")}) as front:
        time.sleep(0.5)  # its hub waits
        assert front.stop() == 0
        log = front.log()

    assert "Traceback" not in log
    assert "exited with code" not in log


def test_who_cannot_start_says_so_in_a_sentence_and_ends(tmp_path: Path, environment: dict[str, str]) -> None:
    away = {**environment, "MONGODB_URI": "mongodb+srv://user:secret@cluster.invalid/flow8"}

    with pytest.raises(AssertionError) as ended, serving(tmp_path, away):
        pass

    said = str(ended.value)
    assert (
        "ERROR web MongoDB does not answer (its host name cannot be looked up); look whether it runs." in said
    )
    assert "Traceback" not in said
    assert "secret" not in said
