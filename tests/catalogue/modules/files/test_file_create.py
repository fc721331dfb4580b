"""File create."""

from typing import Any

import pytest

from catalogue.modules.files.file_create import Args, file_create
from flow8.kit import Failed, to_json
from flow8.kit.testing import FakeContext


@pytest.mark.parametrize(
    ("content", "encoding", "data"),
    [
        ("Grüezi", "utf-8", "Grüezi".encode()),
        ({"n": [1]}, "utf-8", b'{"n":[1]}'),
        ("/wA=", "base64", b"\xff\x00"),
    ],
)
def test_a_file_holds_what_was_given(content: Any, encoding: Any, data: bytes) -> None:
    context = FakeContext()

    out = to_json(file_create.run(Args(name="a/b.json", content=content, encoding=encoding), context))

    assert context.files.bytes_of == {out["id"]: data}
    assert (out["name"], out["type"], out["size"]) == ("b.json", "application/json", len(data))


def test_a_type_may_be_given() -> None:
    args = Args(name="a.json", content="x", media_type="Text/X-Log; charset=utf-8")

    assert to_json(file_create.run(args, FakeContext()))["type"] == "text/x-log"


@pytest.mark.parametrize(("content", "encoding"), [("###", "base64"), (7, "base64"), ("\ud800", "utf-8")])
def test_what_cannot_be_bytes_is_refused_for_good(content: Any, encoding: Any) -> None:
    context = FakeContext()

    with pytest.raises(Failed) as failed:
        file_create.run(Args(name="a", content=content, encoding=encoding), context)

    assert (failed.value.final, failed.value.code) == (True, "BAD_CONTENT")
    assert context.files.bytes_of == {}
