"""Guessing passwords against real processes: the limit holds over all of them and over a restart.

    FLOW8_TEST_SIZE=full .venv/bin/python -m pytest tests/endurance/test_sign_in.py -s

prints how many guesses were looked at, and how long known and unknown users take.
"""

import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import pytest

from flow8.engine.engine import Engine
from flow8.services.passwords import hash_of
from flow8.services.sign_in_limits import ACCOUNT, ADDRESS, forget
from flow8.store.attempts import Pace
from flow8.store.people import Company
from tests.support.gunicorn import Served, serving
from tests.support.sizes import sized
from tests.support.web import PASSWORD

GUESSES = sized(240, 2000)
TIMED = sized(10, 500)
AT_ONCE = 16
WRONG = "wrong"

Answer = tuple[int, str, str | None]

pytestmark = pytest.mark.timeout(sized(240, 900))


@pytest.fixture
def company(engine: Engine) -> Company:
    """A company with somebody in it."""
    company = engine.store.companies.ensure("default", "Default")
    engine.store.users.create("ada@example.com", "Ada", hash_of(PASSWORD), {company.id: "viewer"})
    return company


@pytest.fixture
def settings_of_two(environment: dict[str, str]) -> dict[str, str]:
    """Two web processes behind a proxy on this machine, which may so tell other addresses."""
    return {**environment, "WEB_CONCURRENCY": "2", "TRUSTED_PROXIES": "127.0.0.1"}


@dataclass(frozen=True)
class Clocks:
    """A moment on both clocks of the machine: pauses go by the one that may be set while a test runs."""

    wall: float = field(default_factory=time.time)
    steady: float = field(default_factory=time.monotonic)

    def seconds_since(self) -> float:
        """How long ago it was by whichever clock says more."""
        return max(time.time() - self.wall, time.monotonic() - self.steady)


def told(sentence: str) -> None:
    """Something measured, for whoever runs this with -s."""
    sys.stdout.write(f"\n{sentence}\n")


def most_of(pace: Pace, seconds: float) -> int:
    """So many tries a pace lets through in so much time, the one that is begun at its end included."""
    tries, pause, longest = pace.free + 1, pace.first.total_seconds(), pace.longest.total_seconds()
    while (seconds := seconds - pause) >= 0:
        tries, pause = tries + 1, min(2 * pause, longest)
    return tries


def guess(front: Served, email: str, address: str, password: str = WRONG) -> Answer:
    headers = {"Content-Type": "application/json", "X-Forwarded-For": address}
    with closing(HTTPConnection("127.0.0.1", front.port, timeout=60)) as connection:
        body = json.dumps({"email": email, "password": password})
        connection.request("POST", "/api/v1/auth/login", body, headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        return answer.status, told.get("error", ""), answer.headers["Retry-After"]


def guesses(
    front: Served, pool: ThreadPoolExecutor, start: int, count: int
) -> Iterator[tuple[int, str, str | None]]:
    """Half of them one account from ever new addresses, half ever new accounts from one address."""
    pairs = [
        ("ada@example.com", f"198.18.{n // 250}.{n % 250}") if n % 2 else (f"{n}@example.com", "192.0.2.1")
        for n in range(start, start + count)
    ]
    return pool.map(lambda pair: guess(front, *pair), pairs)


def guesses_until_shut(front: Served, part: int) -> Iterator[Answer]:
    """More guesses at the one account, until its pause lasts for longer than the next request takes."""
    for n in range(250):
        yield (answer := guess(front, "ada@example.com", f"198.19.{part}.{n}"))
        if answer[0] == HTTPStatus.UNAUTHORIZED or int(answer[2] or 0) > 1:
            return
        time.sleep(0.2)


def test_a_storm_of_guesses_over_two_processes_and_a_restart_stays_under_the_limit(
    tmp_path: Path, settings_of_two: dict[str, str], engine: Engine, company: Company
) -> None:
    began, answers = Clocks(), list[Answer]()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for part in range(2):
            folder = tmp_path / str(part)
            folder.mkdir()
            with serving(folder, {**settings_of_two, "DATA_DIR": str(folder / "data")}) as front:
                assert len(front.workers()) == 2
                answers += guesses(front, pool, part * GUESSES // 2, GUESSES // 2)
                answers += guesses_until_shut(front, part)
                right = guess(front, "ada@example.com", "203.0.113.9", PASSWORD)
                assert front.stop() == 0
    took = began.seconds_since()

    counted = Counter(status for status, _, _ in answers)
    limit = most_of(ACCOUNT, took) + most_of(ADDRESS, took)
    told(f"{GUESSES} guesses in {took:.0f} s: {counted[401]} were looked at, {limit} may be")
    assert set(counted) == {401, 429}
    assert counted[401] <= limit
    assert {error for status, error, _ in answers if status == 429} == {"TOO_MANY_TRIES"}
    assert all(int(after or 0) >= 1 for status, _, after in answers if status == 429)
    assert right[0] == 429
    assert engine.store.database["sessions"].count_documents({"companyId": company.id}) == 0


def test_how_long_a_known_and_an_unknown_user_take_is_told(
    tmp_path: Path, settings_of_two: dict[str, str], engine: Engine, company: Company
) -> None:
    one = {**settings_of_two, "WEB_CONCURRENCY": "1", "DATA_DIR": str(tmp_path / "data")}
    took: dict[str, list[float]] = {"ada@example.com": [], "nobody@example.com": []}
    with serving(tmp_path, one) as front:
        for n in range(TIMED):
            # Now the one first, now the other: whoever comes second finds a warmer machine.
            for email, times in list(took.items())[:: -1 if n % 2 else 1]:
                forget(engine, email)  # so that the measurement is not limited itself
                began = time.perf_counter()
                assert guess(front, email, f"198.18.{n // 250}.{n % 250}")[0] == 401
                times.append(time.perf_counter() - began)

    known, unknown = (1000 * statistics.median(times) for times in took.values())
    gap = abs(known - unknown)
    told(f"median of {TIMED}: known {known:.2f} ms, unknown {unknown:.2f} ms, gap {gap:.2f} ms")
    assert company.slug == "default"
