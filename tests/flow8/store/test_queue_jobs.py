"""The jobs of the MongoDB queue."""

import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import closing

import pytest
from pymongo import MongoClient

from flow8.errors import Unavailable
from flow8.store.database import Documents
from flow8.store.queue_jobs import Job, QueueJobs

LONG = 60.0


@pytest.fixture
def database(mongodb_uri: str, database_name: str) -> Iterator[Documents]:
    client: MongoClient[dict[str, object]] = MongoClient(mongodb_uri, tz_aware=True)
    yield client[database_name]
    client.drop_database(database_name)
    client.close()


@pytest.fixture
def jobs(database: Documents) -> QueueJobs:
    queue = QueueJobs(database)
    queue.ensure_indexes()
    return queue


def _ids(taken: list[Job]) -> list[str]:
    return [job.id for job in taken]


def _put(jobs: QueueJobs, *ids: str, queue: str = "plays") -> None:
    jobs.put_many([Job(job_id, queue, job_id.encode()) for job_id in ids])


def test_a_claimed_job_is_what_was_put(jobs: QueueJobs) -> None:
    put = Job("one", "plays", b"\x00bytes", priority=-3)
    jobs.put_many([put])

    assert jobs.claim("plays", "me", 10, LONG) == [put]


def test_an_empty_list_puts_nothing(jobs: QueueJobs) -> None:
    jobs.put_many([])

    assert jobs.count("plays") == 0


def test_jobs_are_claimed_by_priority_then_in_the_order_they_were_put(jobs: QueueJobs) -> None:
    _put(jobs, "c", "b")
    jobs.put_many([Job("late", "plays", b"", 1), Job("urgent", "plays", b"", -1)])
    _put(jobs, "a")

    assert _ids(jobs.claim("plays", "me", 3, LONG)) == ["urgent", "c", "b"]
    assert _ids(jobs.claim("plays", "me", 3, LONG)) == ["a", "late"]


def test_a_claim_takes_from_its_own_queue_only(jobs: QueueJobs) -> None:
    _put(jobs, "one")
    _put(jobs, "two", queue="documents")

    assert _ids(jobs.claim("documents", "me", 10, LONG)) == ["two"]


def test_putting_a_stored_job_again_changes_nothing_and_puts_the_others(jobs: QueueJobs) -> None:
    _put(jobs, "one", "two")
    assert _ids(jobs.claim("plays", "me", 1, LONG)) == ["one"]

    _put(jobs, "one", "two", "three")

    assert _ids(jobs.claim("plays", "other", 10, LONG)) == ["two", "three"]


def test_many_claimers_never_get_the_same_job(jobs: QueueJobs) -> None:
    ids = [f"job-{number}" for number in range(600)]
    _put(jobs, *ids)
    taken: list[str] = []
    start = threading.Barrier(6)

    def claim(owner: str) -> None:
        start.wait()
        while found := jobs.claim("plays", owner, 30, LONG):
            taken.extend(_ids(found))

    threads = [threading.Thread(target=claim, args=(f"owner-{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(taken) == Counter(ids)


def test_a_job_that_is_not_renewed_is_overdue_and_goes_back_to_its_old_place(jobs: QueueJobs) -> None:
    _put(jobs, "one", "two", "three")
    assert _ids(jobs.claim("plays", "dead", 2, 0.05)) == ["one", "two"]
    _wait_until_overdue(jobs, 2)

    assert _ids(jobs.claim("plays", "me", 10, LONG)) == ["one", "two", "three"]


def _wait_until_overdue(jobs: QueueJobs, count: int) -> None:
    found, until = 0, time.monotonic() + 10
    while found < count and time.monotonic() < until:
        found += jobs.give_back_overdue("plays")
    assert found == count


def test_a_renewed_job_is_not_overdue(jobs: QueueJobs) -> None:
    _put(jobs, "kept", "forgotten")
    jobs.claim("plays", "me", 2, 0.2)

    assert jobs.renew("me", ["kept"], LONG) == 1

    _wait_until_overdue(jobs, 1)
    assert _ids(jobs.claim("plays", "other", 10, LONG)) == ["forgotten"]


def test_only_the_owner_renews_and_gives_back(jobs: QueueJobs) -> None:
    _put(jobs, "one")
    jobs.claim("plays", "me", 1, LONG)

    renewed = jobs.renew("thief", ["one"], LONG)
    jobs.give_back("plays", "thief", ["one"])

    assert renewed == 0
    assert jobs.claim("plays", "other", 1, LONG) == []


def test_what_is_given_back_is_free_at_once(jobs: QueueJobs) -> None:
    _put(jobs, "one", "two", "three")
    jobs.claim("plays", "me", 3, LONG)

    jobs.give_back("plays", "me", ["one", "three"])

    assert _ids(jobs.claim("plays", "other", 10, LONG)) == ["one", "three"]


def test_removed_jobs_are_gone_whoever_holds_them(jobs: QueueJobs) -> None:
    _put(jobs, "one", "two", "three")
    jobs.claim("plays", "me", 1, LONG)

    jobs.remove_many(["one", "two", "unknown"])

    assert jobs.count("plays") == 1


def test_clearing_a_queue_leaves_the_others(jobs: QueueJobs) -> None:
    _put(jobs, "one", "two")
    jobs.claim("plays", "me", 1, LONG)
    _put(jobs, "three", queue="documents")

    jobs.clear("plays")

    assert (jobs.count("plays"), jobs.count("documents")) == (0, 1)


def test_claims_go_through_the_index_without_sorting(jobs: QueueJobs, database: Documents) -> None:
    _put(jobs, *[f"job-{number}" for number in range(50)])
    database.command("profile", 2)

    jobs.claim("plays", "me", 5, LONG)

    database.command("profile", 0)
    seen = database["system.profile"].find_one({"op": "query", "command.find": "queue_jobs"})
    assert seen is not None
    assert (seen["keysExamined"], seen["docsExamined"], seen.get("hasSortStage", False)) == (5, 5, False)


def test_bells_tell_the_past_first_and_then_what_is_put(jobs: QueueJobs) -> None:
    _put(jobs, "one")
    with closing(jobs.bells(0.05)) as bells:
        past = _until_silence(bells)

        jobs.put_many([Job("two", "documents", b""), Job("three", "plays", b"")])

        assert past == ["", "plays"]
        assert _until_silence(bells) == ["documents", "plays"]


def _until_silence(bells: Iterator[str | None]) -> list[str]:
    heard: list[str] = []
    for queue in bells:
        if queue is not None:
            heard.append(queue)
        elif heard:
            break
    return heard


def test_a_nudge_wakes_the_tail_for_no_queue(jobs: QueueJobs) -> None:
    bells = jobs.bells(LONG)
    assert next(bells) == ""
    threading.Timer(0.05, jobs.nudge).start()
    began = time.monotonic()

    assert next(bells) == ""

    assert time.monotonic() - began < LONG / 2


def test_giving_back_rings(jobs: QueueJobs) -> None:
    _put(jobs, "one", queue="documents")
    jobs.claim("documents", "me", 1, LONG)
    bells = jobs.bells(0.05)
    while next(bells) is not None:
        """Hear the past."""

    jobs.give_back("documents", "me", ["one"])

    assert next(queue for queue in bells if queue is not None) == "documents"


def test_many_tails_hear_the_same_bell(jobs: QueueJobs) -> None:
    tails = [jobs.bells(LONG) for _ in range(3)]
    assert [next(tail) for tail in tails] == ["", "", ""]

    _put(jobs, "one")

    assert [next(tail) for tail in tails] == ["plays", "plays", "plays"]


def test_a_tail_that_fell_behind_ends_and_a_new_one_hears_what_is_left(
    jobs: QueueJobs, database: Documents
) -> None:
    bells = jobs.bells(0.05)
    assert next(bells) == ""
    assert next(bells) is None
    database["queue_bells"].insert_many([{"queue": "plays"} for _ in range(5_000)])

    deque(bells, maxlen=0)  # iterate to the end

    assert next(jobs.bells(0.05)) == "plays"


@pytest.mark.parametrize("is_plain", [False, True])
def test_bells_work_though_their_collection_is_missing_or_plain(
    jobs: QueueJobs, database: Documents, *, is_plain: bool
) -> None:
    database.drop_collection("queue_bells")
    if is_plain:
        _put(jobs, "one")
    bells = QueueJobs(database).bells(0.05)
    next(bells)

    _put(jobs, "two")

    assert next(queue for queue in bells if queue) == "plays"


def test_indexes_are_made_by_several_processes_at_once(database: Documents) -> None:
    faults: list[Exception] = []

    def make() -> None:
        try:
            QueueJobs(database).ensure_indexes()
        except Unavailable as fault:
            faults.append(fault)

    threads = [threading.Thread(target=make) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert database["queue_bells"].options()["capped"] is True


def test_without_mongodb_every_word_is_unavailable() -> None:
    client: MongoClient[dict[str, object]] = MongoClient(
        "mongodb://127.0.0.1:1/", serverSelectionTimeoutMS=50, tz_aware=True
    )
    jobs = QueueJobs(client["nowhere"])

    for ask in (
        jobs.ensure_indexes,
        jobs.probe,
        jobs.nudge,
        lambda: jobs.count("plays"),
        lambda: jobs.claim("plays", "me", 1, LONG),
        lambda: _put(jobs, "one"),
        lambda: next(jobs.bells(1)),
    ):
        with pytest.raises(Unavailable, match="does not answer"):
            ask()
    client.close()
