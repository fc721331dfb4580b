"""The file of a snapshot: what goes in comes out, and damage anywhere is known before it does harm."""

import hashlib
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from flow8.errors import Invalid
from flow8.services.snapshot_file import DAMAGED, Attachment, Manifest, Pack, Packed
from flow8.store.dump import Dumped

ROWS = b'{"_id": "abc", "name": "company default"}' * 3
BYTES = b"bytes of a file"
CHANGES = (0x01, 0xFF)
"""One bit, as a disk turns it, and all of a byte."""


def packed(folder: Path) -> Path:
    """A small snapshot of everything."""
    path, rows = folder / "all.zip", folder / "rows"
    rows.write_bytes(ROWS)
    plays = Dumped("plays", 3, len(ROWS), hashlib.sha256(ROWS).hexdigest())
    with zipfile.ZipFile(path, "w") as opened:
        pack = Pack(opened)
        pack.add("collections/plays.bson", rows)
        pack.add_attachment("default", "f1", iter([BYTES[:5], BYTES[5:]]))
        pack.finish(Manifest("2026-11-29T00:00:00Z", "flow8", 1, ("k1",), (plays,), tuple(pack.files)))
    return path


def looked_at(path: Path) -> Manifest:
    """The manifest of a snapshot that is whole."""
    with closing(Packed(path)) as opened:
        opened.check()
        return opened.manifest


def refusal(path: Path) -> str | None:
    """The code with which a damaged snapshot is refused; None where its parts are what was put in."""
    try:
        looked_at(path)
    except Invalid as error:
        return error.error_code
    return None


def test_what_was_put_in_comes_out(tmp_path: Path) -> None:
    path = packed(tmp_path)

    told = looked_at(path)

    assert told.files == (Attachment("default", "f1", len(BYTES), hashlib.sha256(BYTES).hexdigest()),)
    with closing(Packed(path)) as opened:
        parts = [opened.open(name).read() for name in ("collections/plays.bson", told.files[0].part)]
    assert parts == [ROWS, BYTES]


@pytest.mark.parametrize("change", CHANGES)
def test_a_byte_that_changed_is_refused_unless_nothing_is_read_from_it(tmp_path: Path, change: int) -> None:
    path, refusals = packed(tmp_path), []
    whole = path.read_bytes()

    for place, byte in enumerate(whole):
        path.write_bytes(whole[:place] + bytes([byte ^ change]) + whole[place + 1 :])
        refusals.append(refusal(path))

    assert set(refusals) == {DAMAGED, None}
    assert refusals.count(DAMAGED) > len(whole) / 2
