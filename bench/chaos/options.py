"""What a run of chaos is asked for."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Broker(StrEnum):
    """What rings the workers."""

    MONGODB = "mongodb"
    AMQP = "amqp"


@dataclass(frozen=True)
class Options:
    """One run: how many plays, started at which rate a second, and how often what is killed meanwhile."""

    plays: int = 500
    rate: float = 10.0
    worker_kills: int = 15
    broker_kills: int = 2
    web_kills: int = 2
    scheduler_kills: int = 1
    mongodb_kills: int = 2
    seed: int = 1
    broker: Broker = Broker.MONGODB
    quiet_seconds: float = 120.0
    folder: Path | None = None

    @property
    def seconds(self) -> float:
        """How long the storm lasts."""
        return self.plays / self.rate
