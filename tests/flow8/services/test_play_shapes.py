"""Plays and layers as people see them."""

from datetime import UTC, datetime, timedelta

import pytest

from flow8.services.play_shapes import Preview, Step, duration_ms, layer, loop, preview

NOON = datetime(2026, 4, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"startedAt": NOON, "endedAt": NOON + timedelta(seconds=1.5)}, 1500),
        ({"startedAt": NOON, "endedAt": NOON}, 0),
        ({"startedAt": NOON}, None),
        ({"endedAt": NOON}, None),
        ({}, None),
    ],
)
def test_a_duration_is_known_at_the_end_of_what_began(
    document: dict[str, datetime], expected: int | None
) -> None:
    assert duration_ms(document) == expected


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        (None, 10, Preview(None, 0, truncated=False)),
        ("null", 10, Preview(None, 4, truncated=False)),
        ('{"a":1}', 7, Preview({"a": 1}, 7, truncated=False)),
        ('{"a":1}', 6, Preview('{"a":1', 7, truncated=True)),
    ],
)
def test_a_value_is_shown_whole_or_as_the_beginning_of_its_text(
    text: str | None, most: int, expected: Preview
) -> None:
    assert preview(text, most) == expected


def test_a_layer_tells_why_it_waits_or_failed() -> None:
    error = {"code": "X", "message": "No", "ref": "a"}
    document = {"state": "DEFERRED", "attempts": 2, "error": error, "startedAt": NOON, "dueAt": NOON}

    shown = layer(Step("a", "curl", "Ask"), document)

    assert shown == {
        "layerId": "a",
        "ref": "a",
        "inside": None,
        "appId": "curl",
        "name": "Ask",
        "state": "DEFERRED",
        "attempts": 2,
        "effect": None,
        "error": error,
        "unmet": [],
        "waiting": None,
        "decision": None,
        "loop": None,
        "child": None,
        "startedAt": "2026-04-04T12:00:00.000Z",
        "endedAt": None,
        "dueAt": "2026-04-04T12:00:00.000Z",
        "durationMs": None,
    }


def test_a_loop_that_is_over_has_nothing_open() -> None:
    kept = {"of": "p", "count": 5, "next": 3, "open": [1, 2], "done": 1, "failed": 0}

    going_on, over = (loop({"state": state, "loop": kept}) for state in ("RUN", "CANCELLED"))

    assert going_on == {"of": "p", "count": 5, "begun": 3, "open": [1, 2], "done": 1, "failed": 0}
    assert over == {**going_on, "open": []}
    assert loop({"state": "RUN"}) is None
