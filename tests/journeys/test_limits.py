"""A body over the limit is refused before it is read, by the API and by a channel."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.system import running

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


def test_a_body_over_the_limit_is_refused(tmp_path: Path) -> None:
    big = tmp_path / "big.json"
    big.write_bytes(b'{"args": {"text": "' + b"x" * (101 * 1024 * 1024) + b'"}}')

    with running(tmp_path / "flow8") as system:
        keys = tmp_path / "flow8" / "data" / "keys"
        api = post(
            big, keys / "api-key.header", f"http://127.0.0.1:{system.web}/api/v1/flows/orders-report/run"
        )
        channel = post(big, keys / "orders-token.header", f"http://127.0.0.1:{system.channel}/orders")

    assert [(status, body["error"]) for status, body in (api, channel)] == [(413, "TOO_LARGE")] * 2


def post(file: Path, header: Path, url: str) -> tuple[int, Any]:
    """Send a file with curl, which reads an answer that comes before the body is out."""
    sent = ["-H", f"@{header}", "-H", "Content-Type: application/json", "--data-binary", f"@{file}"]
    done = subprocess.run(
        ["curl", "-sS", "-w", "\\n%{http_code}", *sent, url], capture_output=True, text=True, check=False
    )
    body, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(body)
