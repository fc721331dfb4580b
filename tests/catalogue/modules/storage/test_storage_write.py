"""Storage write."""

import hashlib
from typing import Any

import pytest

from catalogue.modules.storage.storage_write import storage_write
from flow8.kit import Effect, Failed, to_json
from flow8.kit.binding import args_problems, bind
from flow8.kit.testing import FakeContext


def written(content: Any, **more: Any) -> bytes:
    context = FakeContext({"a/b": "before"})
    storage_write.run(bind(storage_write, {"path": "a/b", "content": content, **more}), context)
    return context.storage.files["a/b"]


@pytest.mark.parametrize(
    ("content", "data"),
    [
        ("Grüezi\n", "Grüezi\n".encode()),
        ("", b""),
        ('{"a": 1}', b'{"a": 1}'),
        ({"ü": [1, 2.5, None]}, '{"ü":[1,2.5,null]}'.encode()),
        ([], b"[]"),
        (None, b"null"),
        (7, b"7"),
        (False, b"false"),
    ],
)
def test_text_is_written_as_it_is_and_any_other_value_as_json(content: Any, data: bytes) -> None:
    assert written(content) == data


def test_json_may_be_written_for_people() -> None:
    assert written({"a": ["ü"]}, pretty=True) == '{\n  "a": [\n    "ü"\n  ]\n}\n'.encode()
    assert written("text", pretty=True) == b"text"


def test_bytes_come_as_base64() -> None:
    assert written("AP8=", encoding="base64") == b"\x00\xff"


def test_path_size_and_digest_are_told() -> None:
    out = storage_write.run(bind(storage_write, {"path": "x", "content": "abc"}), FakeContext())

    assert to_json(out) == {"path": "x", "size": 3, "sha256": hashlib.sha256(b"abc").hexdigest()}


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("AP8", "base64"),
        ("not base64!", "base64"),
        ("ü", "base64"),
        ({"a": 1}, "base64"),
        (7, "base64"),
        (None, "base64"),
        ("\ud800", "utf-8"),
        (["\ud800"], "utf-8"),
    ],
)
def test_content_that_no_file_can_hold_is_refused_for_good(content: Any, encoding: str) -> None:
    with pytest.raises(Failed, match="The content") as failed:
        written(content, encoding=encoding)

    assert (failed.value.final, failed.value.code) == (True, "BAD_CONTENT")


def test_a_path_out_of_storage_is_refused_for_good() -> None:
    with pytest.raises(Failed) as failed:
        storage_write.run(bind(storage_write, {"path": "/etc/x", "content": ""}), FakeContext())

    assert (failed.value.final, failed.value.code) == (True, "BAD_PATH")


def test_content_must_be_given_though_it_may_be_null() -> None:
    assert [str(each) for each in args_problems(storage_write, {"path": "a"}, "args")] == [
        "args.content: is missing"
    ]


def test_it_writes() -> None:
    assert storage_write.effect_of(bind(storage_write, {"path": "a", "content": ""})) is Effect.WRITE
