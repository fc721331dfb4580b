"""LibreOffice fails alone: whatever a document wants, nothing is left and nothing outside is reached."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from catalogue.modules.documents._formats import TABLE
from catalogue.modules.documents._libreoffice import LIBREOFFICE, LIMITS, Conversion, convert_with
from flow8.kit import Failed
from flow8.kit.child import FILES, MIB, NETWORK
from flow8.kit.testing import FakeContext
from tests.support.children import carrying, name_of, needs, until
from tests.support.documents import (
    docx,
    included,
    linked,
    linked_picture,
    ods,
    odt,
    open_document,
    png,
    section,
)

pytestmark = pytest.mark.libreoffice

ODT = Conversion(odt("Hi"), "odt", "writer8", "txt", "Text (encoded):UTF8")
TO_PDF = replace(ODT, to="pdf", writes="writer_pdf_Export")
SHEET = Conversion(b"", "ods", "calc8", "csv", f"{TABLE}:44,34,76,1")
WORD = replace(TO_PDF, name="docx", reads="MS Word 2007 XML")
HTML = replace(TO_PDF, name="html", reads="HTML (StarWriter)")
RTF = replace(TO_PDF, name="rtf", reads="Rich Text Format")
CSV = replace(SHEET, name="csv", reads=f"{TABLE}:44,34,76,1")

ENDLESS = replace(
    SHEET, data=ods(*(f"SUMPRODUCT(SIN(ROW([.$A$1:.$A$1048576])+{row}))" for row in range(500)))
)
"""Little to read, and half a billion sines to compute."""

VAST = replace(
    SHEET,
    data=open_document(
        "spreadsheet",
        '<table:table><table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        'table:number-columns-repeated="1000" office:value-type="float" office:value="1"/>'
        "</table:table-row></table:table>",
    ),
)
"""A billion cells in one line."""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files of this test."""
    folder = tmp_path / "t"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def failure(conversion: Conversion, program: str, seconds: float = 60, **limits: float) -> Failed:
    """How a conversion failed."""
    held = replace(LIMITS, seconds=seconds, **limits)  # type: ignore[arg-type]  # fields by name
    with pytest.raises(Failed) as failed:
        convert_with(program, conversion, FakeContext(seconds=100), held)
    return failed.value


def abandoned() -> set[Path]:
    """The sockets of LibreOffice on which nobody listens any more."""
    return {path for path in Path("/tmp").glob("OSL_PIPE_*") if _is_dead(path)}


def _is_dead(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(str(path))
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
    return False


@pytest.fixture
def clean(temporary: Path) -> Callable[[], bool]:
    """Whether nothing of a conversion is left: no process, no file, no socket."""
    before = abandoned()

    def holds() -> bool:
        gone = carrying(str(temporary)) == [] and list(temporary.iterdir()) == []
        return gone and until(lambda: abandoned() <= before)

    return holds


def test_a_document_that_hangs_is_ended_for_now_and_nothing_is_left(
    libreoffice: str, clean: Callable[[], bool]
) -> None:
    began = time.monotonic()

    failed = failure(ENDLESS, libreoffice, seconds=4)

    assert (failed.final, failed.code) == (False, "TIMEOUT")
    assert time.monotonic() - began < 4 + 2 + 5
    assert clean()


def test_a_document_never_takes_more_than_the_flowlet_has(libreoffice: str) -> None:
    began = time.monotonic()

    with pytest.raises(Failed, match="did not finish in time"):
        convert_with(libreoffice, ENDLESS, FakeContext(seconds=3))

    assert time.monotonic() - began < 3 + 2 + 5


@pytest.mark.parametrize(
    ("limits", "conversion"),
    [({"memory_bytes": 100 * MIB}, TO_PDF), ({"cpu_seconds": 3}, ENDLESS), ({"file_bytes": 20_000}, TO_PDF)],
    ids=["memory", "processor", "file"],
)
def test_a_document_that_wants_too_much_crashes_libreoffice_for_now_and_nothing_is_left(
    libreoffice: str, clean: Callable[[], bool], limits: dict[str, int], conversion: Conversion
) -> None:
    failed = failure(conversion, libreoffice, **limits)

    assert (failed.final, failed.code) == (False, "CONVERTER_CRASHED")
    assert failed.message.startswith("LibreOffice crashed (code ")
    assert clean()


def test_a_document_that_swells_in_memory_is_stopped(libreoffice: str) -> None:
    failed = failure(VAST, libreoffice, memory_bytes=256 * MIB)

    assert failed.code in {"DOCUMENT_REFUSED", "CONVERTER_CRASHED"}


def test_a_libreoffice_that_somebody_kills_has_crashed(libreoffice: str, temporary: Path) -> None:
    def offices() -> list[int]:
        return [pid for pid in carrying(str(temporary)) if name_of(pid) == "soffice.bin"]

    def kill_it() -> None:
        until(lambda: offices() != [])
        os.kill(offices()[0], signal.SIGKILL)

    killer = threading.Thread(target=kill_it)
    killer.start()
    failed = failure(ENDLESS, libreoffice)
    killer.join()

    assert (failed.final, failed.code) == (False, "CONVERTER_CRASHED")


STAND_INS = {
    "kill -SEGV $$": (False, "CONVERTER_CRASHED", r"crashed \(signal 11 \(Segmentation fault\)\)"),
    "echo 'Error: no'; exit 1": (False, "CONVERTER_CRASHED", r"crashed \(code 1\): Error: no"),
    "echo bye": (True, "DOCUMENT_REFUSED", "refuses this document: bye"),
    "mkdir -p out; ln -s /etc/passwd out/document.txt": (True, "DOCUMENT_REFUSED", "refuses this document"),
    "mkdir -p out/document.txt": (True, "DOCUMENT_REFUSED", "refuses this document"),
    "mkdir out; truncate -s 60M out/document.txt": (True, "TOO_LARGE", "larger than 52428800 bytes"),
    "trap '' TERM; while :; do :; done": (False, "TIMEOUT", "did not finish in time"),
}


@pytest.mark.parametrize("script", STAND_INS)
def test_every_way_to_fail_has_a_code_of_its_own(script: str, tmp_path: Path) -> None:
    program = tmp_path / "office" / "program" / "soffice"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)

    failed = failure(ODT, str(program), seconds=2)

    final, code, sentence = STAND_INS[script]
    assert (failed.final, failed.code) == (final, code)
    with pytest.raises(Failed, match=sentence):
        raise failed


def test_a_conversion_leaves_nothing_behind(libreoffice: str, clean: Callable[[], bool]) -> None:
    made = convert_with(libreoffice, ODT, FakeContext(seconds=100))

    assert made.decode("utf-8-sig") == "Hi\n"
    assert clean()


def test_how_to_install_it_is_told() -> None:
    assert "apt install" in LIBREOFFICE.install
    assert {"soffice", "/usr/lib/libreoffice/program/soffice"} <= set(LIBREOFFICE.candidates)


class Canary:
    """A server that nobody may call, and files that nobody may read."""

    def __init__(self, folder: Path) -> None:
        self.calls: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.folder = folder
        (folder / "secret.png").write_bytes(png())
        (folder / "secret.txt").write_text("TOP SECRET")
        (folder / "secret.csv").write_text("TOP SECRET\n")
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        calls = self.calls

        class Handler(BaseHTTPRequestHandler):
            def __getattr__(self, name: str) -> object:
                if name.startswith("do_"):
                    return self._answer
                raise AttributeError(name)

            def _answer(self) -> None:
                calls.append(f"{self.command} {self.path}")
                body = png() if self.path.endswith(".png") else b"TOP SECRET"
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def file(self, name: str) -> str:
        """The address of a file."""
        return f"file://{quote(str(self.folder / name))}"


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    """Somebody who sings when touched."""
    made = Canary(tmp_path)
    yield made
    made.server.shutdown()
    made.server.server_close()


def remote_documents(url: str) -> dict[str, Conversion]:
    """Documents that link to a server, each in its own way."""
    page = (
        f'<html><head><link rel="stylesheet" href="{url}/a.css"></head><body background="{url}/b.png">'
        f'<img src="{url}/c.png"><iframe src="{url}/d.html"></iframe><object data="{url}/e.png"></object>'
    )
    web = f"COM.MICROSOFT.WEBSERVICE(&quot;{url}/f&quot;)"
    return {
        "picture": replace(TO_PDF, data=odt(linked("image", f"{url}/a.png"))),
        "object": replace(TO_PDF, data=odt(linked("object", f"{url}/a.odt"))),
        "frame": replace(TO_PDF, data=odt(linked("floating-frame", f"{url}/a.html"))),
        "section": replace(ODT, data=section(f"{url}/a.odt")),
        "word": replace(WORD, data=docx(linked_picture("p"), {"p": f"{url}/a.png"})),
        "word fields": replace(WORD, data=docx(included(f"{url}/a.png"))),
        "page": replace(HTML, data=page.encode()),
        "rtf": replace(
            RTF, data=rf"{{\rtf1 {{\field{{\*\fldinst INCLUDEPICTURE \"{url}/a.png\"}}}}}}".encode()
        ),
        "formula": replace(SHEET, data=ods(web, f"['{url}/a.csv'#$Sheet1.A1]")),
        "table": replace(CSV, data=f'"=WEBSERVICE(""{url}/a"")"\n'.encode()),
    }


@pytest.mark.parametrize("name", remote_documents(""))
def test_no_document_makes_libreoffice_call_anybody(libreoffice: str, canary: Canary, name: str) -> None:
    """By its settings alone, as where the kernel helps with nothing."""
    made = convert_with(libreoffice, remote_documents(canary.url)[name], FakeContext(seconds=100), walls=())

    assert made
    assert canary.calls == []


@pytest.mark.parametrize("walls", [(), (FILES,), (NETWORK,)], ids=lambda walls: "".join(walls) or "none")
def test_a_libreoffice_that_may_do_as_it_likes_calls_unless_there_is_a_wall(
    libreoffice: str, canary: Canary, monkeypatch: pytest.MonkeyPatch, walls: tuple[str, ...]
) -> None:
    needs(walls)
    monkeypatch.setattr("catalogue.modules.documents._libreoffice.SETTINGS", ())
    page = remote_documents(canary.url)["picture"]

    convert_with(libreoffice, page, FakeContext(seconds=100), walls=walls)

    assert ("GET /a.png" in canary.calls) is (walls == ())


def local_documents(canary: Canary) -> dict[str, Conversion]:
    """Documents that link to files of this machine."""
    picture, text, table = (canary.file(f"secret.{kind}") for kind in ("png", "txt", "csv"))
    rtf = rf"{{\rtf1 {{\field{{\*\fldinst INCLUDEPICTURE \"{picture}\"}}}}}}"
    return {
        "picture": replace(TO_PDF, data=odt(linked("image", picture))),
        "section": replace(ODT, data=section(text)),
        "word": replace(WORD, data=docx(linked_picture("p") + included(text), {"p": picture})),
        "page": replace(HTML, data=f'<body background="{picture}"><img src="{picture}">Hi'.encode()),
        "rtf": replace(RTF, data=rtf.encode()),
        "formula": replace(SHEET, data=ods(f"['{table}'#$secret.A1]")),
        "table": replace(CSV, data=f"\"='{table}'#$secret.A1\"\n".encode()),
    }


PICTURE = b"/Subtype/Image"


@pytest.mark.parametrize("name", ["picture", "section", "word", "page", "rtf", "formula", "table"])
def test_no_document_brings_another_file_along(libreoffice: str, canary: Canary, name: str) -> None:
    needs([FILES])

    made = convert_with(libreoffice, local_documents(canary)[name], FakeContext(seconds=100), walls=[FILES])

    assert b"TOP SECRET" not in made
    assert PICTURE not in made


@pytest.mark.parametrize("name", ["picture", "section", "word", "formula", "table"])
def test_without_walls_the_settings_keep_other_files_out_of_most_formats(
    libreoffice: str, canary: Canary, name: str
) -> None:
    made = convert_with(libreoffice, local_documents(canary)[name], FakeContext(seconds=100), walls=[])

    assert b"TOP SECRET" not in made
    assert PICTURE not in made


def test_a_page_takes_a_file_along_where_nothing_stands_in_its_way(libreoffice: str, canary: Canary) -> None:
    made = convert_with(libreoffice, local_documents(canary)["page"], FakeContext(seconds=100), walls=[])

    assert PICTURE in made
