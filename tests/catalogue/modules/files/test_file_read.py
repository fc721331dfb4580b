"""File read."""

import pytest

from catalogue.modules.files.file_read import Args, file_read
from flow8.kit import Failed, FileValue, to_json
from flow8.kit.testing import FakeContext


def test_bytes_come_as_base64() -> None:
    context = FakeContext()
    file = context.files.given("a.bin", b"\xff\x00")

    out = file_read.run(Args(file=file, encoding="base64"), context)

    assert to_json(out) == {"text": None, "base64": "/wA="}


def test_what_is_not_text_is_refused_for_good() -> None:
    context = FakeContext()
    file = context.files.given("a.bin", b"\xff\x00")

    with pytest.raises(Failed, match="encoding base64") as failed:
        file_read.run(Args(file=file), context)

    assert (failed.value.final, failed.value.code) == (True, "NOT_TEXT")


def test_a_file_that_the_play_was_not_given_is_refused() -> None:
    made_up = FileValue(id="f" * 24, name="a", type="text/plain", size=1, sha256="0" * 64)

    with pytest.raises(Failed) as failed:
        file_read.run(Args(file=made_up), FakeContext())

    assert failed.value.code == "FILE_NOT_FOUND"
