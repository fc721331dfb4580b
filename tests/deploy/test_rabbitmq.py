"""What compose.yml gives to RabbitMQ: one user that deploy/make-secrets made, and a policy for our queues."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pika
import pytest

from bench.rabbitmq import RabbitMq
from flow8.broker.rabbitmq import queue_arguments
from flow8.domain.lanes import LANES
from tests.support.rabbitmq import need_rabbitmq
from tests.support.system import ROOT, until

FOLDER = ROOT / "deploy" / "rabbitmq"


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of secrets, made by our script."""
    folder = tmp_path_factory.mktemp("deploy") / "secrets"
    make(folder)
    return folder


def make(folder: Path) -> None:
    subprocess.run(["sh", ROOT / "deploy" / "make-secrets", folder], check=True, capture_output=True)


@pytest.fixture
def node(secrets: Path, tmp_path: Path) -> Iterator[RabbitMq]:
    """A node with these files."""
    need_rabbitmq()
    definitions = tmp_path / "definitions"
    definitions.mkdir()
    (definitions / "10-policies.json").write_bytes((FOLDER / "policies.json").read_bytes())
    (definitions / "20-user.json").write_bytes((secrets / "rabbitmq_user.json").read_bytes())
    settings = (FOLDER / "flow8.conf").read_text().replace("/etc/rabbitmq/flow8", str(definitions))
    (tmp_path / "node.conf").write_text(settings)
    node = RabbitMq(tmp_path)
    try:
        node.start()
        yield node
    finally:
        node.stop()


def test_secrets_have_the_lengths_that_flow8_wants_and_stay_as_they_are(secrets: Path) -> None:
    before = {path.name: path.read_text() for path in secrets.iterdir()}

    make(secrets)

    assert {path.name: path.read_text() for path in secrets.iterdir()} == before
    assert set(before) == {"encryption_key", "encryption_key_salt", "broker_url", "rabbitmq_user.json"}
    assert len(before["encryption_key"].strip()) == 256
    assert len(before["encryption_key_salt"].strip()) == 64
    assert secrets.stat().st_mode & 0o777 == 0o700


def test_the_policy_is_for_every_queue_of_ours() -> None:
    [policy] = json.loads((FOLDER / "policies.json").read_text())["policies"]

    assert policy["pattern"] == f"^({'|'.join(sorted(LANES, reverse=True))})$"


@pytest.mark.rabbitmq
def test_the_made_user_gets_in_nobody_else_does_and_our_queues_can_be_made(
    node: RabbitMq, secrets: Path
) -> None:
    ours = (secrets / "broker_url").read_text().strip()
    port = pika.URLParameters(node.uri).port
    parameters = pika.URLParameters(ours.replace("@rabbitmq:5672", f"@127.0.0.1:{port}"))

    until(lambda: is_let_in(parameters), 20, "the user")
    with pika.BlockingConnection(parameters) as connection:
        for lane in LANES:
            connection.channel().queue_declare(lane, durable=True, arguments=queue_arguments(quorum=False))

    assert not is_let_in(pika.URLParameters(node.uri))


def is_let_in(parameters: pika.URLParameters) -> bool:
    try:
        pika.BlockingConnection(parameters).close()
    except pika.exceptions.AMQPConnectionError:
        return False
    return True
