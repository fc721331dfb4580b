"""What every provider of the kind `storage` keeps; a provider's test inherits from the class."""

import hashlib

import pytest

from flow8.kit import Failed, Storage, Stored
from tests.catalogue.components.storage.names import ODD_BUT_INSIDE, REFUSED

ROOM = 1_000_000


class StorageConformance:
    """Give a fixture `storage`: an empty, open storage."""

    @pytest.fixture
    def storage(self) -> Storage:
        raise NotImplementedError

    @pytest.mark.parametrize("data", [b"", b"text", "grüezi".encode(), bytes(range(256)), b"x" * 900_000])
    def test_what_was_written_is_read(self, storage: Storage, data: bytes) -> None:
        storage.write("a.bin", data)

        assert storage.read("a.bin", max_bytes=ROOM) == data

    def test_writing_tells_path_size_and_digest(self, storage: Storage) -> None:
        stored = storage.write("reports/may.txt", b"hello")

        assert stored == Stored("reports/may.txt", 5, hashlib.sha256(b"hello").hexdigest())

    def test_writing_again_replaces(self, storage: Storage) -> None:
        storage.write("a", b"a long first version")

        storage.write("a", b"short")

        assert storage.read("a", max_bytes=ROOM) == b"short"

    def test_folders_are_made_as_needed_and_shared(self, storage: Storage) -> None:
        storage.write("a/b/c/d", b"1")
        storage.write("a/b/e", b"2")

        assert storage.read("a/b/c/d", max_bytes=ROOM) == b"1"
        assert storage.read("a/b/e", max_bytes=ROOM) == b"2"

    @pytest.mark.parametrize("path", ["missing", "missing/deeper", "a/missing"])
    def test_a_missing_file_may_come_later(self, storage: Storage, path: str) -> None:
        storage.write("a/b", b"1")

        with pytest.raises(Failed) as failed:
            storage.read(path, max_bytes=ROOM)

        assert failed.value.message == f"There is no file {path!r} in storage"
        assert (failed.value.final, failed.value.code) == (False, "FILE_NOT_FOUND")

    def test_a_file_of_the_limit_is_read_and_one_byte_more_is_refused(self, storage: Storage) -> None:
        storage.write("a", b"12345")

        assert storage.read("a", max_bytes=5) == b"12345"
        with pytest.raises(Failed, match="larger than 4 bytes") as failed:
            storage.read("a", max_bytes=4)

        assert (failed.value.final, failed.value.code) == (True, "TOO_LARGE")

    def test_a_folder_is_no_file(self, storage: Storage) -> None:
        storage.write("a/b", b"1")

        for attempt in (lambda: storage.read("a", max_bytes=ROOM), lambda: storage.write("a", b"2")):
            with pytest.raises(Failed) as failed:
                attempt()
            assert (failed.value.final, failed.value.code) == (True, "NOT_A_FILE")
        assert storage.read("a/b", max_bytes=ROOM) == b"1"

    def test_a_file_is_no_folder(self, storage: Storage) -> None:
        storage.write("a", b"1")

        with pytest.raises(Failed) as failed:
            storage.write("a/b", b"2")

        assert (failed.value.final, failed.value.code) == (True, "NOT_A_FILE")
        assert storage.read("a", max_bytes=ROOM) == b"1"

    def test_nothing_is_read_through_a_file(self, storage: Storage) -> None:
        storage.write("a", b"1")

        with pytest.raises(Failed):
            storage.read("a/b", max_bytes=ROOM)

    @pytest.mark.parametrize("path", REFUSED, ids=ascii)
    def test_a_name_that_could_lead_out_is_neither_read_nor_written(
        self, storage: Storage, path: str
    ) -> None:
        for attempt in (lambda: storage.read(path, max_bytes=ROOM), lambda: storage.write(path, b"x")):
            with pytest.raises(Failed) as failed:
                attempt()
            assert (failed.value.final, failed.value.code) == (True, "BAD_PATH")

    @pytest.mark.parametrize("path", ODD_BUT_INSIDE, ids=ascii)
    def test_an_odd_name_is_just_a_name(self, storage: Storage, path: str) -> None:
        storage.write(path, path.encode())

        assert storage.read(path, max_bytes=ROOM) == path.encode()
