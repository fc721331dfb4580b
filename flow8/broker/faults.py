"""Our faults as Dramatiq knows them, so that its worker starts a consumer again instead of ending."""

from collections.abc import Iterator
from contextlib import contextmanager

from dramatiq.errors import ConnectionClosed

from flow8.errors import Unavailable


@contextmanager
def as_dramatiq_knows() -> Iterator[None]:
    """Turn `Unavailable` into `dramatiq.ConnectionClosed`."""
    try:
        yield
    except Unavailable as problem:
        raise ConnectionClosed(problem.message) from problem  # type: ignore[no-untyped-call]  # not annotated
