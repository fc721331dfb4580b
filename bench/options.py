"""What a run of the bench is asked for."""

from dataclasses import dataclass
from pathlib import Path

QUICKER = 50
"""`--quick` does a fiftieth of the work: it shows that everything runs, its times say nothing."""


@dataclass(frozen=True)
class Options:
    """One run: windows of load of `seconds` after `warm` seconds; `broker` is the address of a RabbitMQ."""

    only: tuple[str, ...] = ()
    quick: bool = False
    rounds: int = 3
    seconds: float = 3.0
    warm: float = 0.7
    seed: int = 1
    broker: str | None = None
    folder: Path | None = None

    @property
    def times(self) -> int:
        """How often each measurement is repeated."""
        return 1 if self.quick else self.rounds

    def count(self, usual: int) -> int:
        """How many of something: `usual`, less in a quick run."""
        return max(1, usual // QUICKER) if self.quick else usual
