"""Convert."""

import io
import re
import zipfile
from typing import Any

import pytest

from catalogue.modules.documents.convert import Out, convert
from flow8.kit import Effect, Failed, to_json
from flow8.kit.binding import args_problems, bind
from flow8.kit.testing import FakeContext
from tests.support.documents import docx, ods, odt, packed, paragraph, presentation

office = pytest.mark.usefixtures("libreoffice")
pytestmark = pytest.mark.libreoffice

CSV = "id;customer;price\nA-1;Smith, Ltd;12.5\nA-2;Grüezi;7\n"


def converted(path: str, data: bytes | str, to: str, **more: Any) -> bytes:
    """What a document becomes."""
    context = FakeContext({path: data}, seconds=100)
    out = convert.run(bind(convert, {"path": path, "to": to, **more}), context)
    assert isinstance(out, Out)
    assert out.path is not None
    return context.storage.files[out.path]


def refusal(path: str, data: bytes | str, to: str, **more: Any) -> Failed:
    """How a conversion failed; nothing may have been written."""
    context = FakeContext({path: data}, seconds=100)
    with pytest.raises(Failed) as failed:
        convert.run(bind(convert, {"path": path, "to": to, **more}), context)
    assert list(context.storage.files) == [path]
    return failed.value


def content_of(archive: bytes, name: str) -> str:
    """A file inside an office file."""
    return zipfile.ZipFile(io.BytesIO(archive)).read(name).decode()


def pages_of(pdf: bytes) -> int:
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@office
@pytest.mark.parametrize(
    ("path", "data"),
    [("a.odt", odt("Grüezi")), ("a.docx", docx(paragraph("Grüezi"))), ("a.csv", CSV), ("a.txt", "Grüezi\n")],
)
def test_texts_and_tables_become_pdf(path: str, data: bytes | str) -> None:
    pdf = converted(path, data, "pdf")

    assert pages_of(pdf) == 1
    assert b"/FontFile" in pdf


@office
def test_a_long_table_becomes_many_pages() -> None:
    assert pages_of(converted("a.csv", "id\n" + "1\n" * 500, "pdf")) > 5


@office
def test_a_presentation_becomes_pdf_with_a_page_for_each_slide_or_powerpoint() -> None:
    slides = presentation("one", "two", "three")

    assert pages_of(converted("a.odp", slides, "pdf")) == 3
    assert "three" in content_of(converted("a.odp", slides, "pptx"), "ppt/slides/slide3.xml")


@office
def test_a_table_survives_its_way_through_excel() -> None:
    excel = converted("orders/may.csv", CSV, "xlsx")

    assert "Grüezi" in content_of(excel, "xl/sharedStrings.xml")
    assert (
        converted("a.xlsx", excel, "csv").decode()
        == 'id,customer,price\nA-1,"Smith, Ltd",12.5\nA-2,Grüezi,7\n'
    )


@office
def test_numbers_are_numbers_and_formulas_are_their_results() -> None:
    assert converted("a.ods", ods("20*2+2", "SUM([.A1];8)"), "csv") == b"42\n50\n"


@office
@pytest.mark.parametrize("through", ["odt", "docx", "rtf", "html"])
def test_a_text_survives_its_way_through_every_format(through: str) -> None:
    document = converted("a.txt", "Grüezi\nwohl €\n", through, output=f"b.{through}")

    assert converted(f"b.{through}", document, "txt").decode().split() == ["Grüezi", "wohl", "€"]


@office
def test_a_picture_shows_the_first_page() -> None:
    assert converted("a.odt", odt("Hi"), "png").startswith(b"\x89PNG\r\n")


@office
def test_the_result_lies_beside_the_document_or_where_it_is_asked_for() -> None:
    context = FakeContext({"a/b.x/c.txt": "Hi"}, seconds=100)

    beside = convert.run(bind(convert, {"path": "a/b.x/c.txt", "to": "html"}), context)
    there = convert.run(bind(convert, {"path": "a/b.x/c.txt", "to": "html", "output": "d/e"}), context)

    assert to_json(beside)["path"] == "a/b.x/c.html"
    assert to_json(there)["path"] == "d/e"
    assert b"Hi" in context.storage.files["d/e"]


@office
def test_a_byte_order_mark_is_read_and_never_written() -> None:
    assert converted("a.tsv", "\ufeffid\tname\n1\tAda\n", "csv") == b"id,name\n1,Ada\n"


@office
def test_a_document_that_is_not_there_fails_as_storage_says() -> None:
    with pytest.raises(Failed) as failed:
        convert.run(bind(convert, {"path": "a.odt", "to": "pdf"}), FakeContext())

    assert failed.value.code == "FILE_NOT_FOUND"


@office
def test_the_ending_of_a_name_may_be_in_capitals() -> None:
    assert converted("A.TXT", "Hi", "rtf").startswith(b"{\\rtf1")


@office
@pytest.mark.parametrize("name", ["odt", "docx", "xls", "pptx", "fods"])
def test_a_document_that_is_none_is_refused_for_good(name: str) -> None:
    failed = refusal(f"a.{name}", "no such thing " * 50, "pdf")

    assert (failed.final, failed.code) == (True, "DOCUMENT_REFUSED")


@office
def test_half_a_document_is_refused_in_libreoffices_own_words() -> None:
    whole = docx(paragraph("Hi"))

    failed = refusal("a.docx", whole[: len(whole) // 2], "pdf")

    assert failed.message == "LibreOffice refuses this document: Error: source file could not be loaded"


@office
def test_a_document_of_another_format_than_its_name_says_is_refused() -> None:
    assert refusal("a.docx", odt("Hi"), "pdf").code == "DOCUMENT_REFUSED"
    assert refusal("a.ods", odt("Hi"), "pdf").code == "DOCUMENT_REFUSED"
    assert refusal("a.odt", packed({"x": "y"}), "pdf").code == "DOCUMENT_REFUSED"


@pytest.mark.parametrize(
    ("path", "data", "to", "code", "sentence"),
    [
        ("a.exe", "x", "pdf", "UNKNOWN_FORMAT", "of a format that is not read here; read are odt, ott, fodt"),
        ("a.csv", "", "pdf", "DOCUMENT_REFUSED", "'a.csv' is empty or not csv"),
        ("a.rtf", "Hi", "pdf", "DOCUMENT_REFUSED", "'a.rtf' is empty or not rtf"),
        ("a.csv", "Zürich".encode("latin-1"), "pdf", "NOT_TEXT", "'a.csv' is not UTF-8 text"),
        ("noname", "x", "pdf", "UNKNOWN_FORMAT", "not read here"),
        (
            "a.docx",
            "x",
            "xlsx",
            "UNKNOWN_FORMAT",
            "A text becomes pdf, odt, docx, rtf, html, txt, png, but not",
        ),
        (
            "a.csv",
            "x",
            "docx",
            "UNKNOWN_FORMAT",
            "A spreadsheet becomes pdf, ods, xlsx, csv, html, png, but not",
        ),
        ("a.odt", "x", "odt", "SAME_FILE", "would replace the document"),
    ],
)
def test_what_cannot_be_is_refused_for_good_before_anything_runs(
    path: str, data: bytes | str, to: str, code: str, sentence: str
) -> None:
    failed = refusal(path, data, to)

    assert (failed.final, failed.code) == (True, code)
    assert sentence in failed.message


def test_a_format_that_is_not_known_is_refused_when_the_flow_is_written() -> None:
    (problem,) = args_problems(convert, {"path": "a.odt", "to": "exe"}, "args")

    assert str(problem).startswith("args.to: ")
    assert "'docx'" in str(problem)


def test_it_writes_on_a_lane_of_its_own() -> None:
    assert convert.effect_of(bind(convert, {"path": "a.odt", "to": "pdf"})) is Effect.WRITE
    assert convert.lane == "documents"


@office
def test_a_file_becomes_a_file_or_goes_into_storage() -> None:
    context = FakeContext(seconds=100)
    given = to_json(context.files.given("may.tsv", b"id\tname\n1\tAda\n"))

    file = to_json(convert.run(bind(convert, {"file": given, "to": "csv"}), context))["file"]
    stored = to_json(convert.run(bind(convert, {"file": given, "to": "csv", "output": "a/b.csv"}), context))

    assert (file["name"], file["type"], file["size"]) == ("may.csv", "text/csv", 14)
    assert context.files.bytes_of[file["id"]] == context.storage.files["a/b.csv"] == b"id,name\n1,Ada\n"
    assert (stored["path"], stored["file"]) == ("a/b.csv", None)


@pytest.mark.parametrize("both", [True, False])
def test_a_document_is_given_in_one_way(*, both: bool) -> None:
    context = FakeContext({"a.txt": "Hi"})
    file = to_json(context.files.given("a.txt", b"Hi"))
    more = {"file": file, "path": "a.txt"} if both else {}

    with pytest.raises(Failed, match="one of both"):
        convert.run(bind(convert, {"to": "pdf", **more}), context)
