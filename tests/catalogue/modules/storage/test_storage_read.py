"""Storage read."""

import base64
import hashlib
from typing import Any

import pytest

from catalogue.modules.storage.storage_read import MAX_BYTES, storage_read
from flow8.kit import Effect, Failed, to_json
from flow8.kit.binding import bind
from flow8.kit.testing import FakeContext


def read(files: dict[str, str | bytes], **args: Any) -> dict[str, Any]:
    return to_json(storage_read.run(bind(storage_read, args), FakeContext(files)))


def test_a_text_file_is_text() -> None:
    assert read({"a/b.txt": "Grüezi"}, path="a/b.txt") == {
        "path": "a/b.txt",
        "text": "Grüezi",
        "base64": None,
        "size": 7,
        "sha256": hashlib.sha256("Grüezi".encode()).hexdigest(),
    }


def test_any_file_can_be_read_as_base64() -> None:
    found = read({"a": b"\xff\x00"}, path="a", encoding="base64")

    assert (found["text"], base64.b64decode(found["base64"]), found["size"]) == (None, b"\xff\x00", 2)


def test_an_empty_file_is_empty_text() -> None:
    assert read({"a": b""}, path="a")["text"] == ""


def failure(files: dict[str, str | bytes], **args: Any) -> Failed:
    with pytest.raises(Failed) as failed:
        read(files, **args)
    return failed.value


def test_a_file_that_is_not_text_tells_how_to_read_it() -> None:
    failed = failure({"a": b"\xff\xfe"}, path="a")

    assert failed.message == "The file 'a' is not UTF-8 text; read it with encoding base64"
    assert (failed.final, failed.code) == (True, "NOT_TEXT")


def test_a_path_out_of_storage_is_refused_for_good() -> None:
    failed = failure({}, path="../../etc/passwd")

    assert (failed.final, failed.code) == (True, "BAD_PATH")


def test_a_missing_file_may_come_later() -> None:
    failed = failure({}, path="a")

    assert (failed.final, failed.code) == (False, "FILE_NOT_FOUND")


def test_a_file_over_the_limit_is_refused() -> None:
    assert failure({"a": b"x" * (MAX_BYTES + 1)}, path="a").code == "TOO_LARGE"
    assert read({"a": b"x" * MAX_BYTES}, path="a")["size"] == MAX_BYTES


def test_it_only_reads() -> None:
    assert storage_read.effect_of(bind(storage_read, {"path": "a"})) is Effect.READ
