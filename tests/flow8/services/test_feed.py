"""Follow plays live: every line once and in order."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from flow8.domain.access import Actor, Grants
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Denied, Invalid, NotFound
from flow8.services.feed import Feed
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.system import until

SECONDS = 15


class Heard:
    """What a feed told, gathered beside the test."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for message in self.feed.messages():
            if message is not None:
                self._told.put(message)

    def next(self) -> dict[str, Any]:
        return self._told.get(timeout=SECONDS)

    def lines(self, end: str = "play:completed") -> list[dict[str, Any]]:
        """Every written line up to the end of a play."""
        found: list[dict[str, Any]] = []
        while not found or found[-1]["type"] != end:
            message = self.next()
            if not message.get("provisional"):
                found.append(message)
        return found

    def rest(self) -> list[dict[str, Any]]:
        return [self._told.get_nowait() for _ in range(self._told.qsize())]

    def stop(self) -> None:
        self.feed.close()
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()


@contextmanager
def listening(engine: Engine, actor: Actor) -> Iterator[Heard]:
    heard = Heard(Feed(engine, actor))
    until(lambda: engine.live.is_heard, 30, "a tail")
    yield heard
    heard.stop()


def seqs(lines: list[dict[str, Any]]) -> list[int]:
    return [line["seq"] for line in lines]


def test_a_play_is_followed_from_its_first_line_without_gap_or_repeat(stage: Stage, admin: Actor) -> None:
    play_id = stage.accept(a_flow(stage.probe("one", effect="write"), stage.probe("two", effect="write")))
    with listening(stage.engine, admin) as heard:
        heard.feed.subscribe(f"play:{play_id}", 0)
        perform(stage.engine, play_id)
        lines = heard.lines()

    assert seqs(lines) == list(range(1, len(lines) + 1))
    assert lines[0]["type"] == "play:started"
    assert {line["playId"] for line in lines} == {play_id}


def test_a_listener_that_was_away_resumes_where_it_was(stage: Stage, admin: Actor) -> None:
    play_id = stage.accept(a_flow())
    perform(stage.engine, play_id)

    with listening(stage.engine, admin) as heard:
        heard.feed.subscribe(f"play:{play_id}", 2)
        lines = heard.lines()

    assert seqs(lines) == list(range(3, 3 + len(lines)))


def test_what_was_never_heard_is_read(stage: Stage, admin: Actor) -> None:
    play_id = stage.accept(a_flow())
    with listening(stage.engine, admin) as heard:
        heard.feed.subscribe(f"play:{play_id}")
        assert heard.next()["seq"] == 1
        perform(replace(stage.engine, live=_Deaf()), play_id)  # type: ignore[arg-type]  # tells nobody
        lines = heard.lines()

    assert seqs(lines) == list(range(2, 2 + len(lines)))


class _Deaf:
    """Events that nobody is told of."""

    answered_here: set[str] = set()  # noqa: RUF012 - nobody adds to it

    def publish(self, event: dict[str, Any]) -> None:
        """Tell nobody."""


def test_all_plays_are_heard_of_without_their_layers(stage: Stage, admin: Actor) -> None:
    with listening(stage.engine, admin) as heard:
        heard.feed.subscribe("plays")
        play_id = stage.accept(a_flow())
        perform(stage.engine, play_id)
        lines = heard.lines()

    assert [line["type"] for line in lines] == ["play:started", "play:completed"]
    assert "companyId" not in lines[0]


def test_plays_of_one_flow_are_heard_of_with_their_layers(stage: Stage, admin: Actor) -> None:
    wanted, other = stage.publish(a_flow(flow="wanted")), stage.publish(a_flow(flow="other"))
    with listening(stage.engine, admin) as heard:
        heard.feed.subscribe("flow:wanted")
        perform(stage.engine, stage.accept(other))
        perform(stage.engine, stage.accept(wanted))
        lines = heard.lines()

    assert {line["flowId"] for line in lines} == {wanted.id}
    assert "play:layer:completed" in {line["type"] for line in lines}


def test_somebody_elses_plays_are_never_heard(stage: Stage, admin: Actor, stranger: Actor) -> None:
    play_id = stage.accept(a_flow())
    with listening(stage.engine, stranger) as theirs, listening(stage.engine, admin) as ours:
        theirs.feed.subscribe("plays")
        ours.feed.subscribe("plays")
        with pytest.raises(NotFound):
            theirs.feed.subscribe(f"play:{play_id}")
        perform(stage.engine, play_id)
        ours.lines()

        assert theirs.rest() == []


def test_a_grant_lets_hear_of_one_flow(stage: Stage, viewer: Actor) -> None:
    wanted, other = stage.publish(a_flow(flow="wanted")), stage.publish(a_flow(flow="other"))
    granted = replace(viewer, rights=frozenset(), grants=Grants({wanted.id: viewer.rights}))
    with listening(stage.engine, granted) as heard:
        heard.feed.subscribe("plays")
        with pytest.raises(NotFound):
            heard.feed.subscribe("flow:other")
        perform(stage.engine, stage.accept(other))
        perform(stage.engine, stage.accept(wanted))
        lines = heard.lines()

    assert {line["flowId"] for line in lines} == {wanted.id}


def test_who_lost_the_right_hears_nothing_more(stage: Stage, viewer: Actor) -> None:
    flow = stage.publish(a_flow())
    with listening(stage.engine, viewer) as heard:
        for name in ("plays", f"flow:{flow.id}", f"play:{stage.accept(flow)}"):
            heard.feed.subscribe(name)
        heard.next()
        heard.feed.renew(replace(viewer, rights=frozenset()))
        perform(stage.engine, stage.accept(flow))
        with listening(stage.engine, viewer) as other:
            other.feed.subscribe("plays")
            perform(stage.engine, stage.accept(flow))
            other.lines()

        assert heard.rest() == []


@pytest.mark.parametrize(
    ("name", "after", "path"),
    [("plays", 1, "after"), ("flow:a-flow", 1, "after"), ("", None, "sub"), ("users", None, "sub")],
)
def test_what_cannot_be_followed_is_refused(
    stage: Stage, admin: Actor, name: str, after: int | None, path: str
) -> None:
    stage.publish(a_flow())
    with pytest.raises(Invalid) as refused:
        Feed(stage.engine, admin).subscribe(name, after)

    assert [problem.path for problem in refused.value.problems] == [path]


def test_who_may_see_nothing_follows_nothing(stage: Stage, viewer: Actor) -> None:
    with pytest.raises(Denied):
        Feed(stage.engine, replace(viewer, rights=frozenset())).subscribe("plays")


def test_one_socket_follows_so_many_things_and_no_more(stage: Stage, admin: Actor) -> None:
    feed = Feed(stage.engine, admin)
    flow = stage.publish(a_flow())
    for _ in range(100):
        feed.subscribe(f"play:{stage.accept(flow)}")

    with pytest.raises(Invalid):
        feed.subscribe("plays")
    feed.unsubscribe("plays")
