"""Convert.

Converts a document into another format, by LibreOffice: a file of the play, or one in storage. Texts become
PDF, ODT, DOCX, RTF, HTML, plain text or a picture of their first page; spreadsheets PDF, ODS, XLSX, HTML, a
picture or, their first sheet, CSV; presentations PDF, ODP, PPTX or a picture. Macros do not run, and links in
a document are not followed. A document that wants more time or memory than it may have fails alone.
"""

from dataclasses import replace
from typing import Literal

from catalogue.modules.documents._formats import (
    LOOSE,
    PLAIN,
    READS,
    Kind,
    is_plainly_not,
    kind_of,
    read_filter,
)
from catalogue.modules.documents._libreoffice import LIBREOFFICE, LIMITS, MAX_BYTES, Conversion, convert_with
from flow8.kit import Context, Effect, Example, Failed, Fields, FileValue, field, module
from flow8.kit.child import can_hide_files

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()

Format = Literal["pdf", "odt", "docx", "rtf", "html", "txt", "png", "ods", "xlsx", "csv", "odp", "pptx"]


class Args(Fields):
    """Which document, and what becomes of it."""

    file: FileValue | None = field("The document as a file value; give it or a path, not both.", None)
    path: str | None = field(
        "The document's path inside storage, such as `offers/7.docx`.", None, min_length=1
    )
    to: Format = field("The format it becomes.")
    output: str | None = field(
        "The path of the result inside storage. Without it the result of a file is a file, that of a "
        "path lies beside the document, with the format as its ending.",
        None,
        min_length=1,
    )
    timeout_seconds: float = field("How long LibreOffice may take.", LIMITS.seconds, gt=0, le=3600)


class Out(Fields):
    """The result as it was written."""

    file: FileValue | None = field("The result as a file value; null when it was written into storage.", None)
    path: str | None = field("The path that was written; null when the result is a file.", None)
    size: int = field("The size in bytes.")
    sha256: str = field("The SHA-256 of the bytes, in hex.")


@module(
    Example(
        "A table with tabs for one with commas",
        {"path": "orders/may.tsv", "to": "csv"},
        {
            "file": None,
            "path": "orders/may.csv",
            "size": 29,
            "sha256": "1809d14dccc3340f4b06180371624faf711be8ef59a823219f92c9756a14f31c",
        },
        files={"orders/may.tsv": "id\tcustomer\nA-1\tSmith, Ltd\n"},
    ),
    Example(
        "A file that came with a request",
        {
            "file": {
                "id": "000000000000000000000001",
                "name": "may.tsv",
                "type": "text/tab-separated-values",
                "size": 27,
                "sha256": "bc4ff0fd37c249350bf07e4835d78a33c035730ad1bea04a60ca6775417c808b",
            },
            "to": "csv",
        },
        {
            "file": {
                "id": "000000000000000000000002",
                "name": "may.csv",
                "type": "text/csv",
                "size": 29,
                "sha256": "1809d14dccc3340f4b06180371624faf711be8ef59a823219f92c9756a14f31c",
            },
            "path": None,
            "size": 29,
            "sha256": "1809d14dccc3340f4b06180371624faf711be8ef59a823219f92c9756a14f31c",
        },
        given={"may.tsv": "id\tcustomer\nA-1\tSmith, Ltd\n"},
    ),
    needs=("storage", "files"),
    effect=Effect.WRITE,
    lane="documents",
    programs=(LIBREOFFICE,),
)
def convert(args: Args, ctx: Context) -> Out:
    """The result, safely on disk."""
    document = _document(args)
    name, kind = _kind(document, args.to)
    output = _output(args)
    if output is not None and output == args.path:
        raise Failed(
            "The result would replace the document; name another output", final=True, code="SAME_FILE"
        )
    program = LIBREOFFICE.must_find()
    data = _readable(_read(args, ctx), name, kind, document)
    conversion = Conversion(data, name, read_filter(name, kind, data), args.to, kind.writes[args.to])
    made = convert_with(program, conversion, ctx, replace(LIMITS, seconds=args.timeout_seconds))
    result = made.removeprefix(BYTE_ORDER_MARK) if args.to in PLAIN else made
    if output is None:
        file = ctx.files.create(f"{document.rpartition('.')[0]}.{args.to}", [result])
        return Out(file=file, size=file.size, sha256=file.sha256)
    stored = ctx.storage.write(output, result)
    return Out(path=stored.path, size=stored.size, sha256=stored.sha256)


def _document(args: Args) -> str:
    """The name of the document, or its path.

    Raises:
        Failed: for good; not one of both is given.
    """
    if (args.file is None) == (args.path is None):
        raise Failed("Give the document as a file or as a path, one of both", final=True, code="BAD_ARGS")
    return args.file.name if args.file else args.path or ""


def _output(args: Args) -> str | None:
    """Where in storage the result goes; None when it becomes a file."""
    if args.output is not None or args.path is None:
        return args.output
    return f"{args.path.rpartition('.')[0]}.{args.to}"


def _read(args: Args, ctx: Context) -> bytes:
    if args.file is not None:
        return ctx.files.read(args.file, max_bytes=MAX_BYTES)
    return ctx.storage.read(args.path or "", max_bytes=MAX_BYTES)


def _kind(document: str, to: str) -> tuple[str, Kind]:
    """The ending of the document's name, and what it tells.

    Raises:
        Failed: for good; nothing is read by that name, or it cannot become what is asked for.
    """
    name = document.rpartition("/")[2].rpartition(".")[2].lower()
    kind = kind_of(name)
    if kind is None:
        raise Failed(
            f"The document {document!r} is of a format that is not read here; read are {', '.join(READS)}",
            final=True,
            code="UNKNOWN_FORMAT",
        )
    if to not in kind.writes:
        raise Failed(
            f"{kind.name} becomes {', '.join(kind.writes)}, but not {to}",
            final=True,
            code="UNKNOWN_FORMAT",
        )
    if name in LOOSE and not can_hide_files():
        raise Failed(
            f"{name} is not converted on this machine: its kernel has no Landlock, and without it links in "
            "such a document would lead to every file that flow8 may read",
            final=True,
            code="NOT_SAFE_HERE",
        )
    return name, kind


def _readable(data: bytes, name: str, kind: Kind, path: str) -> bytes:
    """The document, if it can be what its name says.

    Raises:
        Failed: for good; it is empty, something else, or text in another charset than UTF-8.
    """
    if not data or is_plainly_not(data, name, kind):
        raise Failed(f"The file {path!r} is empty or not {name}", final=True, code="DOCUMENT_REFUSED")
    if name in PLAIN:
        _check_text(data, path)
        return data.removeprefix(BYTE_ORDER_MARK)
    return data


def _check_text(data: bytes, path: str) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise Failed(f"The file {path!r} is not UTF-8 text", final=True, code="NOT_TEXT") from error
