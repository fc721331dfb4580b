"""Work for one process at a time."""

import threading

import pytest

from flow8.engine.engine import Engine
from flow8.services.alone import alone


def test_only_one_is_inside_at_a_time(engine: Engine) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(5):
            with alone(engine, "a job"):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1] * 15


def test_other_jobs_do_not_wait(engine: Engine) -> None:
    with alone(engine, "a job"), alone(engine, "another job"):
        leaders = engine.store.database["leaders"].count_documents({})

    assert leaders == 2


def test_the_job_is_free_again_after_a_failure(engine: Engine) -> None:
    with pytest.raises(LookupError), alone(engine, "a job"):
        raise LookupError

    with alone(engine, "a job"):
        assert engine.store.database["leaders"].count_documents({}) == 1
