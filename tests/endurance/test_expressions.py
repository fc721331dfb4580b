"""Very many expressions of every kind: none escapes, breaks, changes what it reads or takes much."""

import json
import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.sizes import sized

pytestmark = pytest.mark.timeout(sized(300, 14_400))

SCRIPT: Final = Path(__file__).parent / "fuzzed_expressions.py"
SEED: Final = 20261123
EXPRESSIONS: Final = sized(8_000, 1_000_000)
PROCESSES: Final = sized(1, 2)
MOST_MILLISECONDS: Final = sized(float("inf"), 50.0)
MOST_YARDSTICKS: Final = 10.0
"""Machines differ, so what runs with every change holds the dearest expression to work done beside it."""
MOST_MEBIBYTES: Final = 64.0
# Large blocks go back to the system at once, or one expression could take what another left.
MALLOC: Final = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}

log = logging.getLogger("fuzz")


def worked_out(process: int) -> dict[str, Any]:
    """What one process saw of its share."""
    command = [sys.executable, str(SCRIPT), f"{SEED} {process}", str(EXPRESSIONS // PROCESSES)]
    done = subprocess.run(command, env={**os.environ, **MALLOC}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    log.info("process %d: %s", process, done.stdout.strip())
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def test_no_expression_escapes_breaks_or_takes_much() -> None:
    with ThreadPoolExecutor(PROCESSES) as pool:
        seen = list(pool.map(worked_out, range(PROCESSES)))

    assert [fault for each in seen for fault in each["found"]] == []
    assert sum(each["count"] for each in seen) == EXPRESSIONS
    assert max(each["milliseconds"] for each in seen)[0] <= MOST_MILLISECONDS
    assert max(each["yardsticks"] for each in seen)[0] <= MOST_YARDSTICKS
    assert max(each["mebibytes"] for each in seen)[0] <= MOST_MEBIBYTES
    assert sum(each["values"] for each in seen) > EXPRESSIONS / 4
    assert sum(each["errors"] - each["unparsed"] for each in seen) > EXPRESSIONS / 10
