"""Retention under load: very many expired plays with payloads and files go while others run.

    FLOW8_TEST_SIZE=full .venv/bin/python -m pytest tests/endurance/test_retention_load.py -s

removes 200,000 plays, starts 200 a second meanwhile, and prints the rate, what the running ones felt of it,
and how busy the machine was. No speed gates here: what gates is that nothing is left and nothing is missing.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.file_value import safe_name
from flow8.domain.play import Happening, PlayState
from flow8.engine.engine import Engine
from flow8.ids import id_at, new_id
from flow8.services.retention import CleanUps
from flow8.store.database import QUICK
from flow8.store.payloads import Keeper
from flow8.store.play_records import play_document
from tests.support.aged import lasting, orphans
from tests.support.engines import Stage
from tests.support.factories import a_flow, a_play
from tests.support.sizes import is_full, sized

PLAYS = sized(4_000, 200_000)
A_SECOND = sized(20, 200)
CALM_SECONDS = sized(1.0, 30.0)
FLOWS = [f"{number:024x}" for number in range(40)]
BATCH = 2_000
PAYLOAD = "p" * 4_000
BYTES = b"f" * 2_000
ROOT = Path(__file__).parents[2]
DAY = timedelta(days=1)

pytestmark = pytest.mark.timeout(3_600 if is_full() else 120)


def test_everything_old_goes_while_others_run(stage: Stage, environment: dict[str, str]) -> None:
    engine = lasting(stage.engine)
    _fill(engine, stage.company_id)
    flow = stage.publish(a_flow(flow="busy"))
    database = engine.store.database

    with _load(environment, flow.id) as load:
        time.sleep(CALM_SECONDS)
        before, began = time.time(), time.monotonic()
        removed = _clean(engine)
        seconds, after = time.monotonic() - began, time.time()
        time.sleep(1.0)
    ran = _spans(load)

    assert removed == PLAYS
    assert database["plays"].count_documents({"endedAt": {"$lt": utc_now() - 90 * DAY}}) == 0
    assert orphans(engine) == {}
    assert database["files"].count_documents({}) == 0
    assert database["plays"].count_documents({"flowId": flow.id, "state": "DONE"}) == len(ran)
    calm = [took for at, took in ran if at < before]
    busy = [took for at, took in ran if before <= at <= after]
    _tell(seconds, calm, busy, after - before)


def _clean(engine: Engine) -> int:
    """Clean up, again and again, as the scheduler does when there is more than one can do."""
    clean_ups, removed = CleanUps(), 0
    while found := clean_ups.run(engine).plays:
        removed += found
    return removed


def _tell(seconds: float, calm: list[float], busy: list[float], span: float) -> None:
    print(  # noqa: T201 - the figures are what it is run for
        f"\nremoved {PLAYS} plays with payload and file in {seconds:.1f} s: {PLAYS / seconds:.0f} a second, "
        f"while {len(busy) / span:.0f} a second ran; a play took p50 {_part(calm, 50):.1f} ms and "
        f"p95 {_part(calm, 95):.1f} ms before, p50 {_part(busy, 50):.1f} ms and p95 {_part(busy, 95):.1f} ms "
        f"meanwhile; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )


def _part(times: list[float], percent: int) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)] * 1000 if times else 0.0


def _spans(file: Path) -> list[tuple[float, float]]:
    """When each play of the load began, in unix seconds, and how long it took."""
    return [tuple(json.loads(line)) for line in file.read_text().splitlines()]


@contextmanager
def _load(environment: dict[str, str], flow_id: str) -> Iterator[Path]:
    """Plays of a flow in a process of their own, so many a second, until this ends."""
    told = Path(environment["DATA_DIR"]).parent / "load.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.play_load", flow_id, str(A_SECOND), str(told)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield told
    finally:
        process.communicate(timeout=60)
    assert process.returncode == 0


def _fill(engine: Engine, company_id: str) -> None:
    """Plays of half a year to three months ago, each with a payload and a file of its own."""
    start, step = utc_now() - 180 * DAY, timedelta(days=85) / PLAYS
    root = engine.settings.data_dir / "data" / "attachments" / company_id
    for end in range(256):
        (root / f"{end:02x}").mkdir(parents=True, exist_ok=True)
    for first in range(0, PLAYS, BATCH):
        parts = [_one(company_id, n, start + n * step) for n in range(first, min(PLAYS, first + BATCH))]
        for place, name in enumerate(("plays", "payloads", "files")):
            collection = engine.store.database[name].with_options(write_concern=QUICK)
            collection.insert_many([part[place] for part in parts], ordered=False)
        for _, _, file in parts:
            (root / file["_id"][-2:] / file["_id"]).write_bytes(BYTES)


def _one(company_id: str, number: int, moment: datetime) -> tuple[dict[str, Any], ...]:
    """The documents of a play, its payload and its file."""
    play = a_play(
        id=f"{id_at(moment.timestamp())[:12]}{new_id()[12:]}",
        company_id=company_id,
        flow_id=FLOWS[number % len(FLOWS)],
        state=PlayState.DONE,
        created_at=moment,
        args={"n": number, "customer": f"customer {number}"},
    )
    history = [Happening(seq, "play:layer:completed", moment, "step", "DONE") for seq in range(1, 6)]
    row = play_document(play, Keeper(company_id, play.id), None, history)
    payload = {"_id": f"{play.id}/{number}", "companyId": company_id, "playId": play.id, "text": PAYLOAD}
    file = {
        "_id": f"{id_at(moment.timestamp())[:12]}{new_id()[12:]}",
        "companyId": company_id,
        "id": play.id,
        "name": safe_name("order.pdf"),
        "type": "application/pdf",
        "size": len(BYTES),
        "sha256": "0" * 64,
        "owner": "load",
        "createdAt": moment,
        "createdBy": "load",
        "playIds": [play.id],
        "dueAt": utc_now() + DAY,
    }
    return {**row, "endedAt": moment + timedelta(seconds=1)}, payload, file
