"""Answers that callers of sockets got, numbered."""

import threading

from flow8.store import Store
from flow8.store.channel_answers import KeptAnswer

COMPANY = "c" * 24


def test_answers_are_numbered_from_one_for_each_caller(store: Store) -> None:
    answers = store.channel_answers

    kept = [
        answers.keep(COMPANY, "route/a", str(number), f"text {number}", number - 1) for number in (1, 2, 3)
    ]
    other = answers.keep(COMPANY, "route/b", "1", "other", 0)

    assert [each.n for each in kept] == [1, 2, 3]
    assert other.n == 1
    assert list(answers.behind(COMPANY, "route/a", 1)) == [KeptAnswer(2, "text 2"), KeptAnswer(3, "text 3")]


def test_a_message_keeps_the_answer_that_it_got_first(store: Store) -> None:
    first = store.channel_answers.keep(COMPANY, "route/a", "1", "first", 0)
    store.channel_answers.keep(COMPANY, "route/a", "2", "second", 1)

    again = store.channel_answers.keep(COMPANY, "route/a", "1", "other", 2)

    assert again == first == KeptAnswer(1, "first")
    assert store.channel_answers.last(COMPANY, "route/a") == 2


def test_a_client_that_was_away_for_long_is_counted_on(store: Store) -> None:
    assert store.channel_answers.last(COMPANY, "route/a") == 0
    assert store.channel_answers.keep(COMPANY, "route/a", "x", "text", 57).n == 58


def test_two_connections_of_one_caller_give_each_number_once(store: Store) -> None:
    found: list[KeptAnswer] = []

    def keep(line: int) -> None:
        known = 0
        for number in range(20):
            kept = store.channel_answers.keep(COMPANY, "route/a", f"{line}-{number}", "text", known)
            known = kept.n
            found.append(kept)

    threads = [threading.Thread(target=keep, args=(line,)) for line in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(each.n for each in found) == list(range(1, 61))


def test_answers_of_another_company_are_not_found(store: Store) -> None:
    store.channel_answers.keep(COMPANY, "route/a", "1", "text", 0)

    assert store.channel_answers.find("d" * 24, "route/a", "1") is None
    assert list(store.channel_answers.behind("d" * 24, "route/a", 0)) == []
