"""The plan of a run: what is killed when, and what is ordered how. The same seed gives the same plan."""

import random
from dataclasses import dataclass
from enum import StrEnum

from bench.chaos.options import Broker, Options

LONGEST_OUTAGE = 3.0
SLOW_SHARE = 0.1
REPEATED_SHARE = 0.1
BOOTING_SHARE = 0.15


class Victim(StrEnum):
    """What is killed."""

    WORKER = "worker"
    WORKER_MASTER = "worker master"
    WEB = "web"
    SCHEDULER = "scheduler"
    RABBITMQ = "rabbitmq"
    MONGODB = "mongodb"


class Door(StrEnum):
    """How an order comes in."""

    CHANNEL = "channel"
    ACCEPT = "accept"
    WAIT = "wait"


@dataclass(frozen=True)
class Planned:
    """A `kill -9`, so many seconds after the start; `pick` chooses among several processes.

    A server that flow8 does not start itself comes back after `outage` seconds. With `at_work` only workers
    are struck that have begun a flowlet; without it they may be struck while they start.
    """

    at: float
    victim: Victim
    pick: float
    outage: float
    at_work: bool


@dataclass(frozen=True)
class Order:
    """A play to be started: when, through which door, how slow, and how often the same is asked at once."""

    n: int
    at: float
    door: Door
    milliseconds: int
    repeats: int


def kills_of(options: Options) -> list[Planned]:
    """The kills in the order of their times. Over the queue in MongoDB, MongoDB is the broker."""
    dice = random.Random(f"kills {options.seed}")
    broker = Victim.RABBITMQ if options.broker is Broker.AMQP else Victim.MONGODB
    counts = [
        (Victim.WORKER, options.worker_kills - options.worker_kills // 3),
        (Victim.WORKER_MASTER, options.worker_kills // 3),
        (broker, options.broker_kills),
        (Victim.WEB, options.web_kills),
        (Victim.SCHEDULER, options.scheduler_kills),
        (Victim.MONGODB, options.mongodb_kills),
    ]
    planned = [_kill(dice, victim, options) for victim, count in counts for _ in range(count)]
    return sorted(planned, key=lambda each: each.at)


def _kill(dice: random.Random, victim: Victim, options: Options) -> Planned:
    return Planned(
        dice.uniform(0, options.seconds),
        victim,
        dice.random(),
        dice.uniform(0, LONGEST_OUTAGE),
        dice.random() >= BOOTING_SHARE,
    )


def orders_of(options: Options) -> list[Order]:
    """The orders, at a steady rate; some are slow, and some are asked for three times at once."""
    dice = random.Random(f"orders {options.seed}")
    return [_order(dice, n, n / options.rate) for n in range(options.plays)]


def _order(dice: random.Random, n: int, at: float) -> Order:
    slow = dice.random() < SLOW_SHARE
    return Order(
        n,
        at,
        dice.choice(list(Door)),
        dice.randint(1000, 3000) if slow else dice.randint(0, 150),
        3 if dice.random() < REPEATED_SHARE else 1,
    )
