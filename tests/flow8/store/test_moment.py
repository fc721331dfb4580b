"""Reading a single MongoDB at one moment holds its writes back, and never for ever."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from pymongo import MongoClient

from config.settings import Settings
from flow8 import embedded
from flow8.store import Store
from flow8.store.moment import one_moment
from tests.support.keys import KEYS

HOLDER = """
import time
from config.settings import from_environment
from flow8.store.database import open_database
from flow8.store.moment import one_moment
settings = from_environment()
with one_moment(settings, open_database(settings)):
    print("held", flush=True)
    time.sleep(60)
"""


def test_writes_wait_for_the_reading_and_then_happen(settings: Settings, store: Store) -> None:
    database = store.database
    writer = threading.Thread(target=lambda: database["things"].insert_one({"_id": "late"}))

    with one_moment(settings, database) as session:
        writer.start()
        time.sleep(0.3)
        assert session is None
        assert list(database["things"].find()) == []
    writer.join(10)

    assert [row["_id"] for row in database["things"].find()] == ["late"]
    database["things"].drop()


def test_writes_go_on_when_whoever_held_them_back_was_killed(tmp_path: Path) -> None:
    server = embedded.start(tmp_path / "mongodb", mongod=os.environ.get("FLOW8_MONGOD"))
    environment = {**os.environ, **KEYS, "MONGODB_URI": server.uri, "DATA_DIR": str(tmp_path / "data")}
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        holder.stdout.close()
        with MongoClient[dict[str, object]](server.uri, socketTimeoutMS=20_000) as client:
            client["flow8"]["things"].insert_one(
                {"_id": 1}
            )  # without the guard it waits until its time is up
    finally:
        server.stop()
