"""What every broker of ours promises, asked of each on a real server."""

import logging
import signal
import sys
import threading
from collections import Counter
from pathlib import Path

import dramatiq
import dramatiq.worker
import pytest
from dramatiq import Broker, Worker

from flow8.broker.bell import Bell
from flow8.broker.mongodb import MongodbBroker
from flow8.broker.rabbitmq import RabbitBroker
from flow8.errors import Unavailable
from tests.flow8.broker.places import LIMIT, Place, message_for, python, receive
from tests.support.system import until

SOON = 2_000  # milliseconds a consumer waits in one go
NOTHING = 400


def serve(broker: Broker, *, threads: int = 4) -> tuple[Worker, list[str]]:
    """A worker on `broker` whose actor writes down the plays; a play named `bad` makes it raise."""
    performed: list[str] = []

    def perform(play_id: str) -> None:
        performed.append(play_id)
        if play_id == "bad":
            raise RuntimeError(play_id)

    dramatiq.actor(actor_name="perform", queue_name="plays", broker=broker)(perform)
    worker = Worker(broker, worker_timeout=100, worker_threads=threads)
    worker.start()
    return worker, performed


def test_a_ring_is_received_as_a_message_with_the_plays_id_and_nothing_else(place: Place) -> None:
    consumer = place.broker().consume("plays", timeout=SOON)

    place.rings("5f0000000000000000000001")

    message = next(consumer)
    assert message is not None
    assert (message.actor_name, message.queue_name) == ("perform", "plays")
    assert (message.args, message.kwargs, message.options) == (("5f0000000000000000000001",), {}, {})
    assert len(message.encode()) < 300
    consumer.close()


def test_a_lane_gets_only_its_own_messages(place: Place) -> None:
    broker = place.broker()
    plays, documents = broker.consume("plays", timeout=NOTHING), broker.consume("documents", timeout=SOON)

    place.rings("one", lane="documents")

    assert receive(documents, 1) == ["one"]
    assert next(plays) is None
    plays.close()
    documents.close()


def test_an_acknowledged_message_never_comes_again(place: Place) -> None:
    broker = place.broker()
    place.rings("one", "two", "three")
    first = broker.consume("plays", prefetch=10, timeout=SOON)
    assert receive(first, 3) == ["one", "two", "three"]
    first.close()

    second = broker.consume("plays", prefetch=10, timeout=NOTHING)

    assert next(second) is None
    broker.join("plays", timeout=SOON)
    second.close()


def test_messages_arrive_in_the_order_of_their_rings(place: Place) -> None:
    plays = [f"play-{number}" for number in range(50)]
    place.rings(*plays)

    consumer = place.broker().consume("plays", prefetch=7, timeout=SOON)

    assert receive(consumer, 50) == plays
    consumer.close()


def test_what_a_closing_consumer_did_not_finish_another_gets_at_once(place: Place) -> None:
    broker = place.broker()
    place.rings("one", "two", "three")
    first = broker.consume("plays", prefetch=3, timeout=SOON)
    done, running = next(first), next(first)
    assert done is not None
    assert running is not None
    first.ack(done)

    first.close()

    second = broker.consume("plays", prefetch=3, timeout=SOON)
    assert receive(second, 2) == ["two", "three"]
    second.close()


def test_a_broker_that_rests_takes_nothing_more_and_still_acknowledges(place: Place) -> None:
    broker = place.broker()
    assert isinstance(broker, MongodbBroker | RabbitBroker)
    place.rings("running")
    resting = broker.consume("plays", prefetch=3, timeout=NOTHING)
    running = next(resting)
    assert running is not None

    broker.rest()

    assert next(resting) is None
    place.rings("two")
    assert next(resting) is None
    other = place.broker().consume("plays", prefetch=3, timeout=SOON)
    assert receive(other, 1) == ["two"]
    resting.ack(running)
    resting.close()
    late = broker.consume("plays", prefetch=3, timeout=NOTHING)
    place.rings("three")
    assert next(late) is None
    late.close()
    assert receive(other, 1) == ["three"]
    other.close()


def test_a_rejected_message_is_gone(place: Place) -> None:
    broker = place.broker()
    place.rings("one")
    first = broker.consume("plays", timeout=SOON)
    message = next(first)
    assert message is not None

    first.nack(message)

    first.close()
    second = broker.consume("plays", timeout=NOTHING)
    assert next(second) is None
    second.close()


def test_messages_of_a_killed_process_come_back(place: Place) -> None:
    place.rings("one", "two", "three")
    process = place.start_process([*python("holder_process.py"), "3"])
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"

    process.send_signal(signal.SIGKILL)
    process.wait()

    consumer = place.broker().consume("plays", prefetch=3, timeout=SOON)
    assert sorted(receive(consumer, 3)) == ["one", "three", "two"]
    consumer.close()


def test_a_live_consumer_keeps_its_messages_however_long_they_take(place: Place) -> None:
    place.rings("one", "two")
    process = place.start_process([*python("holder_process.py"), "2"])
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"

    other = place.broker().consume("plays", prefetch=3, timeout=4_500)  # more than twice the time it holds

    assert next(other) is None
    other.close()


def test_of_many_senders_and_receivers_each_message_reaches_exactly_one(place: Place) -> None:
    plays = [f"play-{number}" for number in range(1_000)]
    received: list[str] = []
    brokers = [place.broker(), place.broker()]

    def send(some: list[str]) -> None:
        place.rings(*some)

    def take(broker: Broker) -> None:
        consumer = broker.consume("plays", prefetch=40, timeout=100)
        while len(received) < len(plays):
            received.extend(receive(consumer, 20, seconds=0.1))
        consumer.close()

    threads = [threading.Thread(target=send, args=(plays[start::4],)) for start in range(4)]
    threads += [threading.Thread(target=take, args=(brokers[number % 2],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)

    assert Counter(received) == Counter(plays)


def test_a_worker_performs_every_ring_once_and_an_error_does_not_bring_it_back(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    broker = place.broker()
    worker, performed = serve(broker)

    place.rings("one", "bad", "two")
    until(lambda: len(performed) == 3)
    broker.join("plays", timeout=SOON)
    worker.stop()

    assert sorted(performed) == ["bad", "one", "two"]
    assert "RuntimeError: bad" in caplog.text


def test_a_stopping_worker_leaves_what_it_did_not_start(place: Place) -> None:
    may_end = threading.Event()
    started: list[str] = []
    broker = place.broker()

    def perform(play_id: str) -> None:
        started.append(play_id)
        may_end.wait(LIMIT)

    dramatiq.actor(actor_name="perform", queue_name="plays", broker=broker)(perform)
    worker = Worker(broker, worker_timeout=100, worker_threads=1)
    worker.start()
    place.rings("one", "two", "three")
    until(lambda: started)
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    until(lambda: not any(thread.running for thread in worker.workers))
    may_end.set()
    stopping.join(LIMIT)

    consumer = place.broker().consume("plays", prefetch=3, timeout=SOON)
    assert started == ["one"]
    assert receive(consumer, 2) == ["two", "three"]
    consumer.close()


def test_a_worker_on_gevent_performs_every_ring_once_and_stops_in_good_order(
    place: Place, tmp_path: Path
) -> None:
    plays = [f"play-{number}" for number in range(500)]
    out = tmp_path / "performed"
    out.touch()
    program = str(Path(sys.executable).with_name("dramatiq-gevent"))
    worker = place.start_process(
        [program, "worker_process:set_up", "--processes", "1", "--threads", "50"], FLOW8_TEST_OUT=str(out)
    )

    place.rings(*plays)
    until(lambda: out.read_text().count("\n") >= len(plays))
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(LIMIT) == 0
    performed = [tuple(line.split()[:2]) for line in out.read_text().splitlines()]
    assert Counter(performed) == Counter((play_id, "gevent") for play_id in plays)
    left = place.broker().consume("plays", timeout=NOTHING)
    assert next(left) is None
    left.close()


def test_a_broker_that_is_away_costs_one_warning_and_no_ring_and_health_sees_it(
    restartable_place: Place, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dramatiq.worker, "CONSUMER_RESTART_DELAY_SECS", 0.1)
    place = restartable_place
    bell = place.bell()
    worker, performed = serve(place.broker())
    bell.ring("before", "plays")
    until(lambda: performed == ["before"])

    place.service.stop()
    caplog.clear()
    for number in range(20):
        bell.ring(f"play-{number}", "plays")
    until(lambda: _warnings(caplog))
    was_flushed_while_away = bell.flush(0.1)
    with pytest.raises(Unavailable, match="does not answer"):
        bell.probe()
    place.service.start()

    assert bell.flush(LIMIT)
    bell.probe()
    until(lambda: {f"play-{number}" for number in range(20)} <= set(performed))
    worker.stop()
    assert not was_flushed_while_away
    assert len(_warnings(caplog)) == 1


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    of_bell = [record for record in caplog.records if record.name == Bell.__module__]
    return [record.getMessage() for record in of_bell if record.levelno >= logging.WARNING]


def test_a_delay_is_refused(place: Place) -> None:
    broker = place.broker()

    with pytest.raises(ValueError, match="notBefore"):
        broker.enqueue(message_for("one"), delay=1_000)


def test_a_flushed_queue_is_empty(place: Place) -> None:
    broker = place.broker()
    place.rings("one", "two")

    broker.flush_all()

    consumer = broker.consume("plays", timeout=NOTHING)
    assert next(consumer) is None
    consumer.close()
