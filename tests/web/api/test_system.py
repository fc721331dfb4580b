"""How flow8 stands, over HTTP."""

import re
from collections.abc import Callable

from flow8.domain.access import Role
from tests.support.web import Program


def test_the_status_tells_how_everything_stands(program: Program, greeting: str) -> None:
    program.post(f"flows/{greeting}/run", json={"args": {"name": "Ada"}})

    found = program.get("system/status").json or {}

    assert (found["plays"]["NEW"], found["recent"]["NEW"]) == (1, 1)
    assert (found["broker"], found["lanes"]) == ("mongodb", ["plays", "documents"])


def test_what_happened_lately_is_told_in_figures(program: Program) -> None:
    found = program.get("system/recent").json or {}

    assert (found["lookedAt"], found["waits"], found["slowest"], found["failures"]) == (0, None, [], [])
    assert found["sockets"] == 0
    assert found["mongodbMs"] > 0


def test_metrics_are_in_the_words_of_prometheus_for_a_key_of_a_viewer(
    program_as: Callable[[Role], Program],
) -> None:
    viewer = program_as(Role.VIEWER)
    viewer.base = ""

    answer = viewer.get("metrics")

    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'flow8_plays_unfinished{state="NEW"} 0.0\n' in answer.text
    for line in answer.text.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) \w+ .+|\w+(\{state="[A-Z_]+"\})? [0-9.]+', line), line


def test_who_is_not_known_is_told_no_figures(program: Program) -> None:
    program.key, program.base = None, ""

    assert program.get("metrics").status_code == 401
