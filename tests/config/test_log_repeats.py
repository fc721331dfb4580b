"""A library that tries again and again fills no log."""

from config.log_repeats import MOST_KEPT, OnceAMinute
from tests.config.test_logging import record

CONSUMER = "dramatiq.worker.ConsumerThread(plays)"
OTHER = "dramatiq.worker.ConsumerThread(documents)"


def written(said: OnceAMinute, name: str, message: str, at: float) -> bool:
    """Whether a record of this second is written."""
    made = record(message, name=name)
    made.created = 1_000_000 + at
    return said.filter(made)


def test_the_same_words_are_written_once_a_minute_whichever_part_says_them() -> None:
    said = OnceAMinute()

    away = [written(said, name, "away", at) for name, at in [(CONSUMER, 0), (OTHER, 0), (CONSUMER, 59)]]

    assert away == [True, False, False]
    assert written(said, CONSUMER, "another thing", 1)
    assert written(said, CONSUMER, "away", 61)


def test_what_flow8_says_is_always_written() -> None:
    said = OnceAMinute()

    assert [written(said, "scheduler", "again", 0) for _ in range(3)] == [True] * 3


def test_it_remembers_so_much_and_no_more() -> None:
    said = OnceAMinute()

    assert all(written(said, CONSUMER, f"number {number}", 0) for number in range(3 * MOST_KEPT))
    assert len(said._told) <= MOST_KEPT
