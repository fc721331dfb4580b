"""RabbitMQ stops, loses all its data and comes back empty: every accepted play is performed all the same."""

from pathlib import Path

import pytest

from bench.rabbitmq import RabbitMq
from tests.support.system import System, running, until

pytestmark = [pytest.mark.journey, pytest.mark.rabbitmq, pytest.mark.timeout(300)]

RUNS = 200


def test_200_runs_accepted_while_rabbitmq_is_away_all_finish(rabbitmq: RabbitMq, tmp_path: Path) -> None:
    with running(tmp_path, BROKER_URL=rabbitmq.uri) as system:
        accepted = [system.run("orders-report")["playId"] for _ in range(20)]
        rabbitmq.kill()
        accepted += [system.run("orders-report")["playId"] for _ in range(RUNS - 20)]
        rabbitmq.wipe()
        rabbitmq.start()

        done = until(lambda: _finished(system, accepted), 180, "the end of every play")

        assert done == RUNS


def _finished(system: System, play_ids: list[str]) -> int | None:
    rows: list[str] = []
    after = ""
    while len(rows) < len(play_ids):
        page = system.api("GET", f"plays?size=100&state=DONE{after}").json
        rows += [row["id"] for row in page["data"]]
        if not page["next"]:
            break
        after = f"&after={page['next']}"
    return len(set(rows) & set(play_ids)) if set(play_ids) <= set(rows) else None
