"""How a process of Dramatiq's becomes a worker of ours."""

import os
import re
import signal
from pathlib import Path

import pytest

from tests.support.crew import Crew
from tests.support.system import until

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO \S+ Worker process is ready for action\.")
TWO_MISTAKES = {"CHANNEL_POOL_SIZE": "none", "LOG_LEVEL": "loud"}


def _is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


@pytest.mark.journey
def test_wrong_settings_end_the_worker_with_one_list_of_them(crew: Crew) -> None:
    worker = crew.launch(**TWO_MISTAKES)

    code = worker.process.wait(30)

    assert code != 0
    assert "CHANNEL_POOL_SIZE" in worker.output
    assert "LOG_LEVEL" in worker.output
    assert "Traceback" not in worker.output


@pytest.mark.journey
def test_a_worker_dies_with_its_master(crew: Crew) -> None:
    worker = crew.start()
    (child,) = worker.children()

    worker.process.kill()
    worker.process.wait()

    until(lambda: not _is_alive(child), 5, f"the end of {child}")


@pytest.mark.journey
def test_a_worker_that_dies_ends_its_master_so_that_the_supervisor_sees_it(crew: Crew) -> None:
    worker = crew.start()
    (child,) = worker.children()

    os.kill(child, signal.SIGKILL)

    assert worker.process.wait(10) != 0


@pytest.mark.journey
def test_log_lines_of_a_worker_have_the_form_of_the_documentation(crew: Crew) -> None:
    worker = crew.start()

    lines = [line for line in worker.output.splitlines() if "ready for action" in line]

    assert len(lines) == 1
    assert LINE.fullmatch(lines[0])
