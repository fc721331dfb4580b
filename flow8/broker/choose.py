"""Chooses the broker that BROKER_URL names: RabbitMQ, or MongoDB when it is not set."""

from collections.abc import Callable

from dramatiq import Broker

from flow8.broker.bell import Bell
from flow8.broker.confirms import ConfirmedPublisher
from flow8.broker.mongodb import MongodbBroker, MongodbPublisher
from flow8.broker.parameters import parameters_of
from flow8.broker.rabbitmq import RabbitBroker, queue_arguments
from flow8.domain.lanes import LANES
from flow8.errors import Invalid
from flow8.store.queue_jobs import QueueJobs


def open_broker(
    broker_url: str | None, queue_jobs: Callable[[], QueueJobs], *, quorum: bool = False
) -> Broker:
    """The broker for a worker process, with every lane declared. It connects at the first use.

    It has no middleware at all: of Dramatiq's own, Retries can lose a message (a play is retried in
    MongoDB), TimeLimit and Shutdown kill greenlets (deadlines are cooperative), and AgeLimit, Callbacks,
    Pipelines and Results serve messages that carry more than an id. So actors take no options of theirs
    (`max_retries` among them), and a message whose actor raises is logged and acknowledged: the sweep
    rings for its play again. Workers add what is theirs with `add_middleware`.

    Raises:
        Invalid: BROKER_URL names no broker that we know.
    """
    broker: Broker
    if _is_rabbitmq(broker_url):
        broker = RabbitBroker(parameters_of(broker_url or ""), quorum=quorum)
    else:
        broker = MongodbBroker(queue_jobs)
    for lane in LANES:
        broker.declare_queue(lane)
    return broker


def open_bell(broker_url: str | None, queue_jobs: Callable[[], QueueJobs], *, quorum: bool = False) -> Bell:
    """The bell for any process that starts or wakes plays. It connects at the first ring.

    Raises:
        Invalid: BROKER_URL names no broker that we know.
    """
    if not _is_rabbitmq(broker_url):
        return Bell(lambda: MongodbPublisher(queue_jobs))
    parameters = parameters_of(broker_url or "")
    return Bell(lambda: ConfirmedPublisher(parameters, queue_arguments(quorum=quorum)))


def _is_rabbitmq(broker_url: str | None) -> bool:
    if not broker_url:
        return False
    if broker_url.startswith(("amqp://", "amqps://")):
        return True
    raise Invalid("BROKER_URL must start with amqp:// or amqps://, or be unset for the MongoDB queue.")
