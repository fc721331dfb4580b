"""Events reach a reader that follows them, in order."""

from flow8.store import Store


def test_the_tail_gives_what_comes_after_it_began(store: Store) -> None:
    store.events.add({"playId": "before"})
    tail = store.events.tail()
    assert next(tail) is None

    for play_id in ("a", "b"):
        store.events.add({"playId": play_id})

    heard = [event["playId"] for event in (next(tail), next(tail)) if event]
    assert heard == ["a", "b"]
