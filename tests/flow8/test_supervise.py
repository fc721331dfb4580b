"""The supervisor, with real processes: restarts, output, stops, no orphans."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flow8.supervise import read_procfile
from tests.support.system import is_alive, until

RUNNER = """
import json, logging, os, sys
from pathlib import Path
from flow8.supervise import Pace, Program, Supervisor
logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
programs = [Program(*pair) for pair in json.loads(sys.argv[2])]
pace = Pace(**json.loads(sys.argv[3]))
Supervisor(programs, Path(sys.argv[1]), os.environ, sys.stdout.buffer, pace=pace).run()
"""
FAST = {"waits": [0.05, 0.1], "well_after": 30, "stop_within": 2}


class Running:
    """A supervisor in a process of its own; its output goes to files that a test can look at."""

    def __init__(self, folder: Path, programs: dict[str, str], pace: dict[str, object]) -> None:
        import json

        self.folder = folder
        self.files = [(folder / name).open("wb") for name in ("out", "err")]
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUNNER, str(folder), json.dumps(list(programs.items())), json.dumps(pace)],
            stdout=self.files[0],
            stderr=self.files[1],
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
            start_new_session=True,
        )

    @property
    def output(self) -> list[str]:
        return (self.folder / "out").read_text().splitlines()

    @property
    def errors(self) -> str:
        return (self.folder / "err").read_text()

    def pids(self, name: str) -> list[int]:
        """The process ids that a program has said."""
        said = [line.partition("| ") for line in self.output]
        return [int(what) for who, _, what in said if who.strip() == name and what.isdigit()]

    def stop(self, number: int = signal.SIGTERM, seconds: float = 10.0) -> int:
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for file in self.files:
            file.close()


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[Running] = []

    def start_one(programs: dict[str, str], **pace: object) -> Running:
        running.append(Running(tmp_path, programs, {**FAST, **pace}))
        return running[-1]

    yield start_one
    for one in running:
        one.close()


SLEEP = "sh -c 'echo $$; exec sleep 60'"
STUBBORN = "sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.1; done'"


def test_a_procfile_is_read_by_name(tmp_path: Path) -> None:
    file = tmp_path / "Procfile"
    file.write_text(
        "# the doors\nweb: gunicorn -c config/gunicorn.py web.wsgi:app\n\nmcp:  python -m agents\n"
    )

    assert read_procfile(file) == {
        "web": "gunicorn -c config/gunicorn.py web.wsgi:app",
        "mcp": "python -m agents",
    }


def test_output_is_prefixed_and_padded_and_otherwise_unaltered(start: Start) -> None:
    talk = "printf '  one\\n\\ntwo \\033[1mbold\\033[0m\\nlast without end'"

    running = start({"web": f'sh -c "{talk}; exec sleep 60"', "worker.1": "sh -c 'echo hi; exec sleep 60'"})
    until(lambda: len(running.output) >= 4)
    running.stop()

    lines = (running.folder / "out").read_bytes().decode().split("\n")
    assert [line for line in lines if line.startswith("web")] == [
        "web      |   one",
        "web      | ",
        "web      | two \x1b[1mbold\x1b[0m",
        "web      | last without end",
    ]
    assert "worker.1 | hi" in lines


def test_a_record_in_json_stays_one(start: Start, tmp_path: Path) -> None:
    record = '{"time": "2026-11-29T04:00:00.123Z", "process": "web"}'
    (tmp_path / "lines").write_text(f"{record}\nTraceback\n")

    running = start({"web": "sh -c 'cat lines; exec sleep 60'"})
    until(lambda: len(running.output) >= 2)

    assert running.output == [record, "web | Traceback"]


def test_what_dies_is_started_again_within_two_seconds(start: Start) -> None:
    running = start({"web": SLEEP, "worker": SLEEP})
    until(lambda: running.pids("web") and running.pids("worker"))
    [killed] = running.pids("web")

    os.kill(killed, signal.SIGKILL)
    until(lambda: len(running.pids("web")) == 2, 2.0)

    assert len(running.pids("worker")) == 1
    assert "web ended (SIGKILL); it starts again in 0.05 s" in running.errors


def test_restarts_back_off_and_the_wait_stays_at_the_last(start: Start) -> None:
    running = start({"web": "sh -c 'exit 3'"})

    until(lambda: running.errors.count("ended") >= 4)

    waits = [line.rpartition("in ")[2] for line in running.errors.splitlines()[:4]]
    assert waits == ["0.05 s", "0.1 s", "0.1 s", "0.1 s"]
    assert "web ended (code 3)" in running.errors


def test_a_process_that_was_well_for_a_while_restarts_at_once_again(start: Start) -> None:
    running = start({"web": "sleep 0.3"}, well_after=0.2)

    until(lambda: running.errors.count("ended") >= 3)

    assert set(running.errors.splitlines()[:3]) == {"web ended (code 0); it starts again in 0.05 s"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything(start: Start, number: signal.Signals) -> None:
    running = start({"web": SLEEP, "worker": SLEEP})
    until(lambda: running.pids("web") and running.pids("worker"))

    code = running.stop(number)

    assert code == 0
    assert not any(is_alive(pid) for pid in running.pids("web") + running.pids("worker"))
    assert "again" not in running.errors


def test_what_it_says_while_stopping_is_still_passed_on(start: Start) -> None:
    farewell = "sh -c 'trap \"echo bye; exit\" TERM; echo $$; while :; do sleep 0.05; done'"
    running = start({"web": farewell})
    until(lambda: running.pids("web"))

    running.stop()

    assert running.output[-1] == "web | bye"


def test_what_does_not_stop_in_time_is_killed(start: Start) -> None:
    running = start({"web": STUBBORN}, stop_within=0.3)
    until(lambda: running.pids("web"))

    started = time.monotonic()
    code = running.stop()

    assert code == 0
    assert 0.3 <= time.monotonic() - started < 2
    assert not any(is_alive(pid) for pid in running.pids("web"))
    assert "web did not stop in time and is killed" in running.errors


def test_a_second_signal_kills_at_once(start: Start) -> None:
    running = start({"web": STUBBORN}, stop_within=60)
    until(lambda: running.pids("web"))
    running.process.send_signal(signal.SIGINT)
    until(lambda: "stopping" in running.errors)

    code = running.stop(signal.SIGINT, 2.0)

    assert code == 0
    assert not any(is_alive(pid) for pid in running.pids("web"))


def test_children_end_when_the_supervisor_is_killed(start: Start) -> None:
    running = start({"web": SLEEP, "worker": STUBBORN})
    until(lambda: running.pids("web") and running.pids("worker"))

    running.process.kill()
    running.process.wait()

    until(lambda: not any(is_alive(pid) for pid in running.pids("web") + running.pids("worker")))


def test_grandchildren_that_ask_for_it_end_with_a_killed_supervisor_too(start: Start, tmp_path: Path) -> None:
    script = tmp_path / "master.py"
    script.write_text(
        "import os, signal\n"
        "from flow8.supervise import end_with_parent\n"
        "parent = os.getpid()\n"
        "if os.fork() == 0:\n"
        "    end_with_parent(parent)\n"
        "    os.setsid()\n"
        "    print(os.getpid(), flush=True)\n"
        "signal.pause()\n"
    )
    running = start({"worker": f"{sys.executable} {script}"})
    until(lambda: running.pids("worker"))

    running.process.kill()
    running.process.wait()

    until(lambda: not any(is_alive(pid) for pid in running.pids("worker")))


def test_what_a_dead_process_leaves_in_its_group_is_killed_before_the_restart(start: Start) -> None:
    running = start({"web": "sh -c 'sh -c \"echo \\$\\$; exec sleep 60\" & exec sleep 0.3'"})
    until(lambda: len(running.pids("web")) >= 2)

    first = running.pids("web")[0]

    assert not is_alive(first)


def test_a_child_whose_parent_is_gone_already_ends_at_once() -> None:
    script = "from flow8.supervise import end_with_parent\nend_with_parent(1)\nprint('alive')"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")


def test_output_that_nobody_reads_stops_everything(tmp_path: Path) -> None:
    import json

    arguments = [str(tmp_path), json.dumps([["web", "yes"]]), json.dumps(FAST)]
    process = subprocess.Popen([sys.executable, "-c", RUNNER, *arguments], stdout=subprocess.PIPE, stderr=-3)
    assert process.stdout is not None
    process.stdout.readline()

    process.stdout.close()

    assert process.wait(10) == 0


def test_an_endless_line_is_cut_rather_than_kept(start: Start) -> None:
    running = start({"web": "sh -c \"head -c 300000 /dev/zero | tr '\\\\0' a; exec sleep 60\""})

    until(lambda: sum(line.count("a") for line in running.output) >= 65537)

    assert len(running.output) >= 1
