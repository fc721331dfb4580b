"""File values, and what is made of the names that somebody sends."""

from typing import Any

import pytest

from flow8.domain.file_value import (
    LONGEST_NAME,
    disposition,
    file_ids_in,
    file_values_in,
    is_file_value,
    safe_name,
    safe_type,
    without_ids,
)


def a_value(file_id: str = "a" * 24) -> dict[str, Any]:
    return {"id": file_id, "name": "a.txt", "type": "text/plain", "size": 1, "sha256": "0" * 64}


def test_a_file_value_has_just_its_five_fields() -> None:
    assert is_file_value(a_value())
    assert not is_file_value({**a_value(), "more": 1})
    assert not is_file_value({"id": "a", "name": "b"})
    assert not is_file_value({**a_value(), "id": 7})
    assert not is_file_value("a" * 24)


def test_file_values_are_found_with_their_paths_wherever_they_stand() -> None:
    value = {"scan": a_value("1"), "orders": [{"x y": a_value("2")}, [a_value("1")]], "n": 1}

    assert {path: found["id"] for path, found in file_values_in(value)} == {
        "scan": "1",
        'orders[0]["x y"]': "2",
        "orders[1][0]": "1",
    }
    assert sorted(file_ids_in(value)) == ["1", "2"]
    assert list(file_values_in(a_value("3"))) == [("", a_value("3"))]
    assert file_ids_in("text") == ()


def test_a_file_is_told_by_its_content_when_its_id_does_not_count() -> None:
    first, second = ({"files": [a_value(each)], "n": 1} for each in ("1", "2"))

    assert without_ids(first, frozenset("1")) == without_ids(second, frozenset("2"))
    assert without_ids(first, frozenset("2")) == first


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("../..", "file"),
        ("", "file"),
        (".", "file"),
        (".bashrc", "bashrc"),
        ("a\0b\r\nc.txt", "abc.txt"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("C:name?.txt", "C_name_.txt"),
        ("  Grüezi  wohl .txt ", "Grüezi wohl .txt"),
        ("x" * 300 + ".tar", "x" * (LONGEST_NAME - 4) + ".tar"),
        ("x" * 300, "x" * LONGEST_NAME),
        ("\ud800", "file"),
    ],
)
def test_a_name_is_made_harmless(given: str, name: str) -> None:
    assert safe_name(given) == name


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("Text/HTML; charset=utf-8", "text/html"),
        ("image/svg+xml", "image/svg+xml"),
        ("", "application/octet-stream"),
        ("text", "application/octet-stream"),
        ("text/html\r\nX: y", "application/octet-stream"),
        ("a/b/c", "application/octet-stream"),
    ],
)
def test_a_type_is_one_or_any(given: str, kind: str) -> None:
    assert safe_type(given) == kind


def test_a_download_is_named_for_old_and_new_programs() -> None:
    shown = disposition("Zürich.txt")

    assert shown == "attachment; filename=\"Z_rich.txt\"; filename*=UTF-8''Z%C3%BCrich.txt"
