"""A MongoDB that is a replica set of one, as a cluster of its users is one of several."""

import functools
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from bench.ports import free_port
from flow8 import embedded
from flow8.supervise import end_with_parent

PATIENCE_SECONDS = 30.0


@contextmanager
def replica_set(folder: Path) -> Iterator[str]:
    """The address of one that is ready, with its files in `folder`."""
    folder.mkdir(parents=True)
    port = free_port()
    process = subprocess.Popen(
        [
            str(embedded.find_mongod(os.environ.get("FLOW8_MONGOD"))),
            *("--replSet", "rs0", "--dbpath", str(folder), "--port", str(port), "--bind_ip", "127.0.0.1"),
            *("--wiredTigerCacheSizeGB", "0.25", "--nounixsocket", "--oplogSize", "50"),
        ],
        stdout=subprocess.DEVNULL,
        preexec_fn=functools.partial(end_with_parent, os.getpid()),  # noqa: PLW1509 - one prctl call, no lock
    )
    try:
        _become_primary(port)
        yield f"mongodb://127.0.0.1:{port}/?replicaSet=rs0"
    finally:
        process.kill()
        process.wait()


def _become_primary(port: int) -> None:
    with MongoClient[dict[str, object]](f"mongodb://127.0.0.1:{port}/?directConnection=true") as client:
        members = [{"_id": 0, "host": f"127.0.0.1:{port}"}]
        client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
        until = time.monotonic() + PATIENCE_SECONDS
        while not client.admin.command("hello").get("isWritablePrimary"):
            if time.monotonic() > until:
                raise OperationFailure("the replica set has no primary")
            time.sleep(0.05)
