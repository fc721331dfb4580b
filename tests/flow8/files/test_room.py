"""Files taken in, handed out and let go."""

import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.engine.engine import Engine
from flow8.errors import NotFound, TooLarge, Unavailable
from flow8.files import FileRoom, Maker, room
from flow8.files.local import LocalDraft, LocalShelf
from tests.support.factories import COMPANY, OTHER_COMPANY, a_play
from tests.support.files import a_file, on_disk

MAKER = Maker("u1", "Ada")
MEBIBYTE = 1024 * 1024


def record_count(engine: Engine) -> int:
    return engine.store.database["files"].count_documents({})


def test_a_file_comes_back_as_it_went_in(engine: Engine) -> None:
    pieces = [bytes([number % 251]) * 100_000 for number in range(12)]

    record = engine.files.receive(COMPANY, MAKER, "../a b.bin", "Text/Plain; x=y", iter(pieces))

    data = b"".join(pieces)
    assert (record.name, record.type, record.size) == ("a b.bin", "text/plain", len(data))
    assert record.sha256 == hashlib.sha256(data).hexdigest()
    assert b"".join(engine.files.open(record).pieces()) == data
    assert max(map(len, engine.files.open(record).pieces())) == room.BLOCK
    assert engine.files.find(COMPANY, record.id) == record


def test_an_empty_file_is_one(engine: Engine) -> None:
    record = engine.files.receive(COMPANY, MAKER, "empty", "", iter(()))

    assert (record.size, record.sha256) == (0, hashlib.sha256(b"").hexdigest())
    assert list(engine.files.open(record).pieces()) == []


def test_a_part_of_a_file_may_be_read(engine: Engine) -> None:
    record = a_file(engine, COMPANY, b"0123456789")

    assert b"".join(engine.files.open(record).pieces(3, 4)) == b"3456"
    assert b"".join(engine.files.open(record).pieces(8)) == b"89"


def test_a_file_of_another_company_is_not_there(engine: Engine) -> None:
    record = a_file(engine, COMPANY)

    assert engine.files.find(OTHER_COMPANY, record.id) is None
    assert engine.files.find_all(OTHER_COMPANY, [record.id]) == {}
    with pytest.raises(NotFound):
        engine.files.hold(OTHER_COMPANY, "p" * 24, [record.id])


def test_only_its_ids_are_its_path_and_only_we_may_read_it(engine: Engine) -> None:
    record = a_file(engine, COMPANY, name="../../../etc/passwd")

    (path,) = on_disk(engine)
    assert path.parts[-3:] == (COMPANY, record.id[-2:], record.id)
    assert path.stat().st_mode & 0o077 == path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("file_id", ["../../x", "A" * 24, "a" * 23, "a" * 24 + "\n"])
def test_nothing_but_an_id_is_looked_for(engine: Engine, file_id: str) -> None:
    shelf = LocalShelf(engine.settings.data_dir)

    for use in (shelf.open, shelf.remove):
        with pytest.raises(ValueError, match="not the ids"):
            use(COMPANY, file_id)


def test_a_file_over_the_limit_leaves_nothing(engine: Engine) -> None:
    small = FileRoom(replace(engine.settings, max_file_size_mb=1), engine.store, engine.files._shelf)

    with pytest.raises(TooLarge, match="1 MiB"):
        small.receive(COMPANY, MAKER, "a", "", iter([b"x" * MEBIBYTE, b"x"]))

    assert (on_disk(engine), record_count(engine)) == ([], 0)
    assert small.receive(COMPANY, MAKER, "a", "", iter([b"x" * MEBIBYTE])).size == MEBIBYTE


def test_a_file_that_breaks_off_leaves_nothing(engine: Engine) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"x" * MEBIBYTE
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        engine.files.receive(COMPANY, MAKER, "a", "", breaking())

    assert (on_disk(engine), record_count(engine)) == ([], 0)


class FullDraft(LocalDraft):
    """A draft on a disk that has no room left."""

    def write(self, block: bytes) -> None:
        assert block
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class FullShelf(LocalShelf):
    """A shelf on such a disk."""

    def begin(self) -> LocalDraft:
        super().begin().drop()
        return FullDraft(self._root)


def test_a_full_disk_is_told_in_words_and_leaves_nothing(engine: Engine) -> None:
    full = FileRoom(
        engine.settings, engine.store, FullShelf(engine.settings.data_dir / "data" / "attachments")
    )

    with pytest.raises(Unavailable, match="no room left") as told:
        full.receive(COMPANY, MAKER, "a", "", iter([b"x"]))

    assert told.value.error_code == "DISK_FULL"
    assert (on_disk(engine), record_count(engine)) == ([], 0)


def test_a_folder_that_cannot_be_written_to_is_told_in_words(engine: Engine) -> None:
    blocked = engine.settings.data_dir / "data"
    blocked.mkdir(parents=True)
    (blocked / "attachments").write_text("in the way")

    with pytest.raises(Unavailable) as told:
        a_file(engine, COMPANY)

    assert told.value.error_code == "STORAGE_FAILED"


def test_bytes_that_are_not_here_are_told_in_words(engine: Engine) -> None:
    record = a_file(engine, COMPANY)
    on_disk(engine)[0].unlink()

    with pytest.raises(NotFound, match="the same DATA_DIR") as told:
        engine.files.open(record)

    assert told.value.error_code == "FILE_GONE"


def test_disks_are_waited_for_in_threads_of_the_system(engine: Engine) -> None:
    threads: list[Any] = []

    def counting(work: Any) -> Any:
        threads.append(threading.current_thread())
        return work()

    before, room.in_native_thread = room.in_native_thread, counting
    try:
        record = engine.files.receive(COMPANY, MAKER, "a", "", iter([b"x" * room.BLOCK] * 2))
        list(engine.files.open(record).pieces())
    finally:
        room.in_native_thread = before

    assert len(threads) == 2 + 1 + 1 + 1 + 2  # two blocks, on disk, in its place, opened, two pieces


def test_a_file_stays_as_long_as_one_of_its_plays(engine: Engine) -> None:
    record = a_file(engine, COMPANY)
    first, second = a_play(), a_play()
    for play in (first, second):
        engine.store.plays.insert(play, [])
        engine.files.hold(COMPANY, play.id, [record.id])

    plays = engine.store.database["plays"]
    plays.delete_one({"_id": first.id})
    engine.files.let_go([first.id])
    assert engine.files.clean_up(10) == (0, 0)
    plays.delete_one({"_id": second.id})
    engine.files.let_go([second.id])

    assert engine.files.clean_up(10) == (1, 1)
    assert (on_disk(engine), record_count(engine)) == ([], 0)


def age(engine: Engine, by: timedelta) -> None:
    engine.store.database["files"].update_many({}, {"$set": {"dueAt": utc_now() - by}})


def test_a_file_whose_play_was_never_stored_goes_when_it_is_due(engine: Engine) -> None:
    record = a_file(engine, COMPANY)
    engine.files.hold(COMPANY, "p" * 24, [record.id])
    assert engine.files.clean_up(10) == (0, 0)

    age(engine, timedelta(seconds=1))

    assert engine.files.clean_up(10) == (1, 1)


def test_a_file_of_a_play_that_is_there_is_looked_at_again_later(engine: Engine) -> None:
    play = a_play()
    engine.store.plays.insert(play, [])
    a_file(engine, COMPANY, play_id=play.id)
    age(engine, timedelta(seconds=1))

    assert [engine.files.clean_up(10), engine.files.clean_up(10)] == [(1, 0), (0, 0)]
    assert len(on_disk(engine)) == 1


def test_a_file_that_a_play_takes_while_it_is_removed_stays(engine: Engine) -> None:
    record = a_file(engine, COMPANY)
    age(engine, timedelta(seconds=1))
    (seen,) = engine.store.files.due(utc_now(), 10)

    engine.files.hold(COMPANY, "p" * 24, [record.id])

    assert engine.store.files.give_up([seen], utc_now()) == []
    assert engine.files.find(COMPANY, record.id) is not None


def test_a_file_that_is_being_removed_is_nobodys_any_more_and_is_removed_in_the_end(engine: Engine) -> None:
    record = a_file(engine, COMPANY)
    age(engine, timedelta(seconds=1))
    assert engine.store.files.give_up([record], utc_now())

    with pytest.raises(NotFound):
        engine.files.hold(COMPANY, "p" * 24, [record.id])
    assert engine.files.find(COMPANY, record.id) is None
    assert engine.files.clean_up(10) == (1, 1)
    assert (on_disk(engine), record_count(engine)) == ([], 0)


def test_what_no_play_took_can_be_removed_at_once(engine: Engine) -> None:
    taken, left = a_file(engine, COMPANY), a_file(engine, COMPANY)
    engine.files.hold(COMPANY, "p" * 24, [taken.id])

    engine.files.discard(COMPANY, [taken.id, left.id])

    assert [path.name for path in on_disk(engine)] == [taken.id]


def test_drafts_of_processes_that_died_are_swept_and_others_are_not(engine: Engine) -> None:
    shelf = LocalShelf(engine.settings.data_dir / "data" / "attachments")
    shelf.begin().write(b"old")
    os.utime(on_disk(engine)[0], (1.0, 1.0))
    young = shelf.begin()
    kept = a_file(engine, COMPANY)

    assert engine.files.sweep_drafts(3600) == 1

    young.keep(COMPANY, "f" * 24)
    assert sorted(path.name for path in on_disk(engine)) == sorted([kept.id, "f" * 24])
