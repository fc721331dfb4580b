"""Health as the documentation shows it, and what it says of a MongoDB that is away."""

import re
import time
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.settings import load
from flow8 import embedded
from flow8.engine.engine import Engine, engine_of
from flow8.registry import Registry
from flow8.store import open_store
from tests.support.system import until
from tests.support.web import Program
from web.app import create_app


def test_health_answers_what_the_document_shows(program: Program) -> None:
    answer = program.client.get("/health")

    assert answer.status_code == 200
    assert re.fullmatch(
        r'\{"status":"healthy","checks":\{"mongodb":"connected","config":"loaded",'
        r'"components":"initialized"\},"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\}',
        answer.text.strip(),
    )


def test_a_process_is_alive_whatever_is_down(program: Program) -> None:
    assert program.client.get("/livez").json == {"status": "alive"}


def test_without_mongodb_it_is_503_within_five_seconds_and_then_well_again(
    tmp_path: Path, registry: Registry
) -> None:
    server = embedded.start(tmp_path / "db")
    settings = load({"MONGODB_URI": server.uri, "DATA_DIR": str(tmp_path)})
    engine = engine_of(settings, open_store(settings), registry)
    client = create_app(engine).test_client()
    before = client.get("/health").status_code

    server.stop()
    asked = time.monotonic()
    away = until(lambda: _of_status(client, 503), 30, "503")
    took = time.monotonic() - asked
    others = client.get("/api/v1/flows", headers={"Authorization": f"Bearer f8_{'0' * 24}_{'x' * 43}"})
    server = embedded.start(tmp_path / "db")
    after = until(lambda: _of_status(client, 200), 30, "200").status_code
    engine.close()
    server.stop()

    assert (before, away.status_code, after) == (200, 503, 200)
    assert took < 10
    assert (away.json or {})["status"] == "unhealthy"
    assert (away.json or {})["checks"]["mongodb"] == "disconnected"
    assert (others.status_code, others.headers["Retry-After"]) == (503, "2")
    assert "sock" not in others.text


def _of_status(client: FlaskClient, status: int) -> TestResponse | None:
    answer = client.get("/health")
    return answer if answer.status_code == status else None


def test_a_process_that_serves_is_ready_and_one_that_drains_is_not(program: Program, engine: Engine) -> None:
    engine.vault.verify()
    ready = program.client.get("/readyz")
    engine.drain()
    draining = program.client.get("/readyz")

    assert (ready.status_code, (ready.json or {})["status"]) == (200, "ready")
    assert (draining.status_code, (draining.json or {})["checks"]["process"]) == (503, "draining")
