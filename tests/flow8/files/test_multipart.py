"""Multipart forms, read while they arrive in pieces of any size."""

import pytest

from flow8.errors import Malformed, UnsupportedBody
from flow8.files.multipart import MOST_PARTS, parts_of

TYPE = "multipart/form-data; boundary=XX"


def a_part(disposition: str, data: bytes, *more: str) -> bytes:
    head = "\r\n".join([f"--XX\r\nContent-Disposition: form-data; {disposition}", *more])
    return head.encode() + b"\r\n\r\n" + data + b"\r\n"


FORM = (
    a_part('name="title"', b"Hello")
    + a_part('name="scan"; filename="a;b.pdf"', b"\r\n--X\r\n--XXnot\0" * 3, "Content-Type: application/pdf")
    + a_part('name="empty"; filename=""', b"")
    + b"--XX--\r\n"
)


def read(data: bytes, size: int = 7, kind: str = TYPE) -> list[tuple[str, str | None, str, bytes]]:
    pieces = (data[start : start + size] for start in range(0, len(data), size))
    return [
        (part.name, part.filename, part.media_type, b"".join(part.pieces)) for part in parts_of(pieces, kind)
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
def test_parts_come_whole_however_they_are_cut(size: int) -> None:
    assert read(FORM, size) == [
        ("title", None, "", b"Hello"),
        ("scan", "a;b.pdf", "application/pdf", b"\r\n--X\r\n--XXnot\0" * 3),
        ("empty", "", "", b""),
    ]


def test_a_part_that_nobody_reads_is_passed_over() -> None:
    assert [part.name for part in parts_of([FORM], TYPE)] == ["title", "scan", "empty"]


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("Zürich.txt".encode(), "Zürich.txt"),
        ("Zürich.txt".encode("latin-1"), "Zürich.txt"),
        (b'a\\"b', 'a"b'),
    ],
)
def test_names_may_be_in_utf_8_or_latin_1(sent: bytes, name: str) -> None:
    form = b'--XX\r\nContent-Disposition: form-data; name="f"; filename="' + sent + b'"\r\n\r\nx\r\n--XX--'

    assert read(form)[0][1] == name


@pytest.mark.parametrize("cut", [1, 20, 100, len(FORM) - 5])
def test_a_form_that_ends_early_is_malformed(cut: int) -> None:
    with pytest.raises(Malformed):
        read(FORM[:cut])


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"nonsense", TYPE),
        (b"", TYPE),
        (FORM, "multipart/form-data"),
        (FORM, "multipart/mixed; boundary=XX"),
        (FORM, f"multipart/form-data; boundary={'X' * 300}"),
        (b"--XX\r\n\r\nx\r\n--XX--\r\n", TYPE),
        (b"--XX\r\nContent-Disposition: attachment; filename=a\r\n\r\nx\r\n--XX--\r\n", TYPE),
        (a_part('filename="a"', b"x") + b"--XX--\r\n", TYPE),
        (a_part(f'name="{"n" * 2000}"', b"x") + b"--XX--\r\n", TYPE),
        (b"--XX\r\n" + b"X: y\r\n" * 100 + b"\r\nx\r\n--XX--\r\n", TYPE),
        (b"--XX\r\nX: " + b"y" * 20_000 + b"\r\n\r\nx\r\n--XX--\r\n", TYPE),
    ],
)
def test_what_is_no_form_is_malformed(data: bytes, kind: str) -> None:
    with pytest.raises(Malformed):
        read(data, kind=kind)


def test_there_may_be_a_thousand_parts() -> None:
    form = a_part('name="n"', b"1") * MOST_PARTS

    assert len(read(form + b"--XX--", 4096)) == MOST_PARTS
    with pytest.raises(Malformed, match="more than 1000 parts"):
        read(form + a_part('name="n"', b"1") + b"--XX--", 4096)


def test_what_only_mail_does_is_refused() -> None:
    with pytest.raises(UnsupportedBody):
        read(a_part('name="a"', b"eA==", "Content-Transfer-Encoding: base64") + b"--XX--")
