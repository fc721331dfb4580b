"""Keeping pace: long work in a module lets others run and notices when its time is over."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from flow8.kit.context import Context
from flow8.kit.errors import Failed

T = TypeVar("T")


def breathe(ctx: Context) -> None:
    """Let others in this process run for a moment.

    Raises:
        Failed: the flowlet's time is over.
    """
    time.sleep(0)
    if ctx.seconds_left() <= 0:
        raise Failed("execution timeout", code="TIMEOUT")


def paced(items: Iterable[T], ctx: Context, every: int = 1000) -> Iterator[T]:
    """The items, with a breath after each `every` of them.

    Raises:
        Failed: the flowlet's time is over.
    """
    for number, item in enumerate(items, start=1):
        yield item
        if number % every == 0:
            breathe(ctx)
