"""The args of a play that came through a channel."""

from typing import Any

import pytest

from flow8.ingress.args import args_of
from flow8.ingress.body import NOTHING
from flow8.ingress.exchange import Content

SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "count": {"type": "integer"},
        "price": {"type": "number"},
        "rush": {"type": "boolean"},
        "tags": {"type": "array"},
    },
}


def given(value: Any, *, is_text: bool = False) -> Content:
    return Content(value, is_there=True, is_text=is_text)


@pytest.mark.parametrize(
    ("content", "query", "params", "args"),
    [
        (given({"id": "A", "n": 1}), {}, {}, {"id": "A", "n": 1}),
        (given({"id": "A"}), {"count": "3"}, {}, {"id": "A"}),
        (given({}), {"count": "3"}, {}, {}),
        (NOTHING, {"count": "3", "rush": "true"}, {}, {"count": 3, "rush": True}),
        (NOTHING, {}, {"id": "7", "count": "7"}, {"id": "7", "count": 7}),
        (NOTHING, {"count": "1"}, {"count": "2"}, {"count": 1}),
        (given({"id": "A"}), {}, {"id": "B", "price": "2.5"}, {"id": "A", "price": 2.5}),
        (given({"id": None}), {}, {"id": "B"}, {"id": None}),
        (given("some text"), {}, {"id": "B"}, {"body": "some text", "id": "B"}),
        (given([1, 2]), {}, {}, {"body": [1, 2]}),
        (given(None), {"count": "3"}, {}, {"body": None}),
        (given({"count": "3", "tags": ["a", "b"]}, is_text=True), {}, {}, {"count": 3, "tags": ["a", "b"]}),
        (given({"count": "3"}), {}, {}, {"count": "3"}),
        (NOTHING, {"count": "many"}, {}, {"count": "many"}),
        (NOTHING, {"tags": ["a", "b"]}, {}, {"tags": ["a", "b"]}),
        (NOTHING, {}, {}, {}),
    ],
)
def test_args_come_from_body_query_and_path(
    content: Content, query: dict[str, Any], params: dict[str, str], args: dict[str, Any]
) -> None:
    assert args_of(content, query, params, SCHEMA) == args


def test_without_an_input_everything_stays_text() -> None:
    assert args_of(NOTHING, {"count": "3"}, {"id": "7"}, None) == {"count": "3", "id": "7"}
