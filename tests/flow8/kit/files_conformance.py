"""What `files` does, in plays and in the tests of authors: the promises of the kit's `Files`."""

import hashlib

import pytest

from flow8.kit import Failed, Files, FileValue

LARGEST_PIECE = 256 * 1024


class FilesConformance:
    """A test class inherits these and gives the fixture `files`: those of a play that was given none."""

    def test_a_new_file_is_told_as_it_is(self, files: Files) -> None:
        file = files.create("a/Report: 1.csv", iter([b"id\n", b"", b"1\n"]))

        assert (file.name, file.type, file.size) == ("Report_ 1.csv", "text/csv", 5)
        assert file.sha256 == hashlib.sha256(b"id\n1\n").hexdigest()

    def test_a_file_is_read_whole_or_in_pieces(self, files: Files) -> None:
        data = b"0123456789" * 60_000
        file = files.create("a.bin", [data])

        assert files.read(file, max_bytes=len(data)) == data
        assert b"".join(files.pieces(file)) == data
        assert max(map(len, files.pieces(file))) <= LARGEST_PIECE

    def test_a_file_may_be_made_of_another_while_that_is_read(self, files: Files) -> None:
        file = files.create("a.txt", [b"x" * LARGEST_PIECE, b"y"])

        copy = files.create("b.txt", (piece.upper() for piece in files.pieces(file)))

        assert files.read(copy, max_bytes=copy.size) == b"X" * LARGEST_PIECE + b"Y"

    def test_a_file_over_the_limit_is_not_read(self, files: Files) -> None:
        file = files.create("a.txt", [b"12345"])

        with pytest.raises(Failed) as failed:
            files.read(file, max_bytes=4)

        assert (failed.value.final, failed.value.code) == (True, "TOO_LARGE")

    @pytest.mark.parametrize("change", [{"id": "f" * 24}, {"id": "../../x"}, {"sha256": "0" * 64}])
    def test_what_is_no_file_of_the_play_is_not_read(self, files: Files, change: dict[str, str]) -> None:
        file: FileValue = files.create("a.txt", [b"12345"]).model_copy(update=change)

        with pytest.raises(Failed) as failed:
            list(files.pieces(file))

        assert (failed.value.final, failed.value.code) == (True, "FILE_NOT_FOUND")
