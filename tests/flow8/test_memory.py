"""The collector leaves alone what a process has loaded."""

import subprocess
import sys

SCRIPT = """
import gc
from flow8 import memory
loaded = len(gc.get_objects())
memory.settle()
print(len(gc.get_objects()) < loaded / 10, gc.get_freeze_count() > loaded / 2)
print(gc.get_threshold()[0], gc.isenabled())
"""


def test_what_is_loaded_is_not_looked_at_again_and_the_rest_still_is() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.split() == ["True", "True", "10000", "True"]
