"""What a storm falls upon: MongoDB, RabbitMQ where wanted, and a whole `up` over them."""

import contextlib
import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import processes
from bench.chaos.clients import Address
from bench.chaos.evidence import Seen, told_in
from bench.chaos.options import Broker, Options
from bench.chaos.work import FLOW, flow
from bench.rabbitmq import RabbitMq
from bench.system import System
from config.kinds import ROOT
from config.settings import load
from flow8 import embedded
from flow8.domain.play import UNFINISHED

MODULES = ROOT / "bench" / "chaos" / "modules"
ASK_SECONDS = 20.0
ASKERS = 8
LOOKS = 20
"""So many connections reach every worker: the kernel chooses one for each."""


class Stage(contextlib.ExitStack):
    """Everything is stopped at the end, what was started last first."""

    def __init__(self, options: Options, folder: Path) -> None:
        super().__init__()
        self.log = folder / "effects.log"
        self.log.touch()
        self.mongodb = embedded.start(folder / "mongodb", mongod=load({}).flow8_mongod)
        self.callback(self.mongodb.stop)
        self.rabbitmq: RabbitMq | None = None
        settings = {"MONGODB_URI": self.mongodb.uri, "MODULES_DIR": str(MODULES)}
        if options.broker is Broker.AMQP:
            self.rabbitmq = self._own_rabbitmq(folder)
            settings["BROKER_URL"] = self.rabbitmq.uri
        self.system = System(folder / "flow8", settings)
        self.callback(self.system.stop)

    def _own_rabbitmq(self, folder: Path) -> RabbitMq:
        node = RabbitMq(folder / "rabbitmq")
        self.callback(node.stop)
        node.start()
        return node

    def start(self) -> Address:
        """Start flow8 and publish the flow; answers where it is."""
        self.system.start()
        made = flow(self.log)
        self.system.publish(made)
        port, token = self.system.open_channel([made])
        processes.until(
            lambda: _is_known(port, token), ASK_SECONDS, "the route of the channel in every worker"
        )
        return Address(self.system.web, self._key(), port, token)

    def _key(self) -> str:
        header = (self.system.folder / "data" / "keys" / "api-key.header").read_text(encoding="utf-8")
        return header.partition(": ")[2].strip()

    def is_quiet(self) -> bool:
        """Whether no play is unfinished, as the API tells it; False while it does not answer."""
        asked = urlencode([("size", "1"), *(("state", state.value) for state in sorted(UNFINISHED))])
        try:
            status, body = self._get(f"flows/{FLOW}/plays?{asked}")
        except (OSError, http.client.HTTPException):
            return False
        return status == HTTPStatus.OK and not body["data"]

    def seen(self, plays: set[str]) -> dict[str, Seen]:
        """These plays as the API tells them."""
        with ThreadPoolExecutor(ASKERS) as pool:
            return dict(zip(sorted(plays), pool.map(self._see, sorted(plays)), strict=True))

    def _see(self, play: str) -> Seen:
        status, body = self._get(f"plays/{play}")
        if status != HTTPStatus.OK:
            return Seen("")
        layers = {each["ref"]: each["state"] for each in body["layers"]}
        why = self._why(play) if body["state"] in UNFINISHED else ""
        return Seen(body["state"], layers, json.dumps(body.get("error")), why)

    def _why(self, play: str) -> str:
        status, body = self._get(f"plays/{play}/why")
        return str(body["message"]) if status == HTTPStatus.OK else ""

    def told(self) -> dict[str, int]:
        """What flow8's own log tells of, and how often."""
        return told_in((self.system.folder / "output.txt").read_text(encoding="utf-8", errors="replace"))

    def _get(self, path: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.system.web, timeout=ASK_SECONDS)
        try:
            connection.request("GET", f"/api/v1/{path}", headers={"Authorization": self._key()})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


def _is_known(port: int, token: str) -> bool:
    """Whether every worker knows the route: it then refuses the method, and not the path."""
    return all(_refusal(port, token) == HTTPStatus.METHOD_NOT_ALLOWED for _ in range(LOOKS))


def _refusal(port: int, token: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", f"/{FLOW}", headers={"Authorization": f"Bearer {token}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
