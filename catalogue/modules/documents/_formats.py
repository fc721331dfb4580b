"""What can become what: the kinds of documents, the names of their files, LibreOffice's filters for them.

The filter that reads a file is always named. LibreOffice, left alone, guesses by the content, has two hundred
filters to choose from, and reads whatever it does not know as text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TABLE: Final = "Text - txt - csv (StarCalc)"
LINES: Final = "Text (encoded):UTF8"
UTF8: Final = 76
"""LibreOffice's number of the charset."""


@dataclass(frozen=True)
class Kind:
    """A kind of document: what people call it, how OpenDocument does, the filters that read and write it."""

    name: str
    open_document: bytes
    reads: Mapping[str, str]
    writes: Mapping[str, str]


KINDS: Final = (
    Kind(
        "A text",
        b"text",
        reads={
            "odt": "writer8",
            "ott": "writer8_template",
            "fodt": "OpenDocument Text Flat XML",
            "doc": "MS Word 97",
            "docx": "MS Word 2007 XML",
            "docm": "MS Word 2007 XML VBA",
            "dotx": "MS Word 2007 XML Template",
            "rtf": "Rich Text Format",
            "html": "HTML (StarWriter)",
            "htm": "HTML (StarWriter)",
            "txt": LINES,
        },
        writes={
            "pdf": "writer_pdf_Export",
            "odt": "writer8",
            "docx": "MS Word 2007 XML",
            "rtf": "Rich Text Format",
            "html": "HTML (StarWriter):EmbedImages",
            "txt": LINES,
            "png": "writer_png_Export",
        },
    ),
    Kind(
        "A spreadsheet",
        b"spreadsheet",
        reads={
            "ods": "calc8",
            "ots": "calc8_template",
            "fods": "OpenDocument Spreadsheet Flat XML",
            "xls": "MS Excel 97",
            "xlsx": "Calc MS Excel 2007 XML",
            "xlsm": "Calc MS Excel 2007 VBA XML",
            "xltx": "Calc MS Excel 2007 XML Template",
            "csv": TABLE,
            "tsv": TABLE,
        },
        writes={
            "pdf": "calc_pdf_Export",
            "ods": "calc8",
            "xlsx": "Calc MS Excel 2007 XML",
            "csv": f"{TABLE}:44,34,{UTF8},1,,0,false",
            "html": "HTML (StarCalc):EmbedImages",
            "png": "calc_png_Export",
        },
    ),
    Kind(
        "A presentation",
        b"presentation",
        reads={
            "odp": "impress8",
            "otp": "impress8_template",
            "fodp": "OpenDocument Presentation Flat XML",
            "ppt": "MS PowerPoint 97",
            "pptx": "Impress MS PowerPoint 2007 XML",
            "ppsx": "Impress MS PowerPoint 2007 XML AutoPlay",
        },
        writes={
            "pdf": "impress_pdf_Export",
            "odp": "impress8",
            "pptx": "Impress MS PowerPoint 2007 XML",
            "png": "impress_png_Export",
        },
    ),
)

READS: Final[tuple[str, ...]] = tuple(name for kind in KINDS for name in kind.reads)
WRITES: Final[tuple[str, ...]] = tuple(dict.fromkeys(name for kind in KINDS for name in kind.writes))

PLAIN: Final = frozenset({"txt", "csv", "tsv"})
"""Text that says nothing of its charset."""

LOOSE: Final = frozenset({"html", "htm", "rtf"})
"""Formats whose links to local files LibreOffice follows, whatever its settings say."""

_ARCHIVE: Final = b"PK\x03\x04"
_STARTS: Final = {"rtf": b"{\\rtf"}
_TYPE_AT: Final = 38
"""Where an OpenDocument archive tells its type, if it is written as the standard asks."""


def kind_of(name: str) -> Kind | None:
    """The kind of documents whose files have names like this one: `docx` is a text."""
    return next((kind for kind in KINDS if name in kind.reads), None)


def is_plainly_not(data: bytes, name: str, kind: Kind) -> bool:
    """Whether a file is something else than its name says, where LibreOffice would not notice."""
    if not data.startswith(_STARTS.get(name, b"")):
        return True
    told = data[_TYPE_AT:].removeprefix(b"application/vnd.oasis.opendocument.")
    is_open = data.startswith(_ARCHIVE) and len(told) < len(data) - _TYPE_AT
    return is_open and not told.startswith(kind.open_document)


def read_filter(name: str, kind: Kind, data: bytes) -> str:
    """The filter that reads these bytes; tables also need their delimiter."""
    if kind.reads[name] != TABLE:
        return kind.reads[name]
    first = data[:10_000].partition(b"\n")[0].decode(errors="replace")
    delimiter = "\t" if name == "tsv" else max(",;\t|", key=first.count)
    return f"{TABLE}:{ord(delimiter)},34,{UTF8},1"
