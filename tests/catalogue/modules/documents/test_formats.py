"""What can become what, and which filter reads it."""

from typing import get_args

import pytest

from catalogue.modules.documents._formats import (
    KINDS,
    LOOSE,
    PLAIN,
    READS,
    WRITES,
    is_plainly_not,
    kind_of,
    read_filter,
)
from catalogue.modules.documents.convert import Format
from tests.support.documents import docx, ods, odt


def test_the_formats_that_an_author_may_ask_for_are_those_that_are_written() -> None:
    assert set(get_args(Format)) == set(WRITES)


def test_a_name_belongs_to_one_kind_only() -> None:
    assert len(READS) == len(set(READS))
    assert [kind.name for kind in KINDS if kind_of("docx") == kind] == ["A text"]
    assert kind_of("exe") is None


def test_every_format_that_is_written_is_read_again_unless_it_is_for_the_eye() -> None:
    assert [name for name in WRITES if name not in READS] == ["pdf", "png"]


def test_special_formats_are_formats() -> None:
    assert set(READS) >= LOOSE | PLAIN


@pytest.mark.parametrize(
    ("name", "data", "noticed"),
    [
        ("odt", odt("a"), False),
        ("ott", odt("a"), False),
        ("odt", ods("1"), True),
        ("ods", odt("a"), True),
        ("ods", ods("1"), False),
        ("docx", docx(""), False),
        ("docx", odt("a"), False),
        ("rtf", b"{\\rtf1 a}", False),
        ("rtf", b"a", True),
        ("txt", b"", False),
    ],
)
def test_what_libreoffice_would_take_for_something_else_is_noticed(
    name: str, data: bytes, *, noticed: bool
) -> None:
    kind = kind_of(name)

    assert kind is not None
    assert is_plainly_not(data, name, kind) is noticed


@pytest.mark.parametrize(
    ("name", "data", "delimiter"),
    [
        ("csv", b"a,b,c\n1;2;3;4;5\n", ","),
        ("csv", b"a;b,c;d\n", ";"),
        ("csv", b"a\tb\n", "\t"),
        ("csv", b"a|b\n", "|"),
        ("csv", b"alone\n", ","),
        ("tsv", b"a,b,c\td\n", "\t"),
    ],
)
def test_the_delimiter_of_a_table_is_what_its_first_line_uses_most(
    name: str, data: bytes, delimiter: str
) -> None:
    kind = kind_of(name)

    assert kind is not None
    assert read_filter(name, kind, data) == f"Text - txt - csv (StarCalc):{ord(delimiter)},34,76,1"


def test_other_documents_are_read_by_the_filter_of_their_name() -> None:
    kind = kind_of("docx")

    assert kind is not None
    assert read_filter("docx", kind, b"") == "MS Word 2007 XML"
