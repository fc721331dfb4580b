"""Convert.

Converts a document in storage into another format, by LibreOffice. Texts become PDF, ODT, DOCX, RTF, HTML,
plain text or a picture of their first page; spreadsheets PDF, ODS, XLSX, HTML, a picture or, their first
sheet, CSV; presentations PDF, ODP, PPTX or a picture. Macros do not run, and links in a document are not
followed. A document that wants more time or memory than it may have fails alone.
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
from flow8.kit import Context, Effect, Example, Failed, Fields, field, module
from flow8.kit.child import can_hide_files

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()

Format = Literal["pdf", "odt", "docx", "rtf", "html", "txt", "png", "ods", "xlsx", "csv", "odp", "pptx"]


class Args(Fields):
    """Which document, and what becomes of it."""

    path: str = field("The document's path inside storage, such as `offers/7.docx`.", min_length=1)
    to: Format = field("The format it becomes.")
    output: str | None = field(
        "The path of the result inside storage; without it the document's, with the format as its ending.",
        None,
        min_length=1,
    )
    timeout_seconds: float = field("How long LibreOffice may take.", LIMITS.seconds, gt=0, le=3600)


class Out(Fields):
    """The result as it was written."""

    path: str = field("The path that was written.")
    size: int = field("The size in bytes.")
    sha256: str = field("The SHA-256 of the bytes, in hex.")


@module(
    Example(
        "A table with tabs for one with commas",
        {"path": "orders/may.tsv", "to": "csv"},
        {
            "path": "orders/may.csv",
            "size": 29,
            "sha256": "1809d14dccc3340f4b06180371624faf711be8ef59a823219f92c9756a14f31c",
        },
        files={"orders/may.tsv": "id\tcustomer\nA-1\tSmith, Ltd\n"},
    ),
    needs=("storage",),
    effect=Effect.WRITE,
    lane="documents",
    programs=(LIBREOFFICE,),
)
def convert(args: Args, ctx: Context) -> Out:
    """The result, safely in storage."""
    name, kind = _kind(args)
    output = args.output or f"{args.path.rpartition('.')[0]}.{args.to}"
    if output == args.path:
        raise Failed(
            "The result would replace the document; name another output", final=True, code="SAME_FILE"
        )
    program = LIBREOFFICE.must_find()
    data = _readable(ctx.storage.read(args.path, max_bytes=MAX_BYTES), name, kind, args.path)
    conversion = Conversion(data, name, read_filter(name, kind, data), args.to, kind.writes[args.to])
    made = convert_with(program, conversion, ctx, replace(LIMITS, seconds=args.timeout_seconds))
    stored = ctx.storage.write(output, made.removeprefix(BYTE_ORDER_MARK) if args.to in PLAIN else made)
    return Out(path=stored.path, size=stored.size, sha256=stored.sha256)


def _kind(args: Args) -> tuple[str, Kind]:
    """The ending of the document's name, and what it tells.

    Raises:
        Failed: for good; nothing is read by that name, or it cannot become what is asked for.
    """
    name = args.path.rpartition("/")[2].rpartition(".")[2].lower()
    kind = kind_of(name)
    if kind is None:
        raise Failed(
            f"The document {args.path!r} is of a format that is not read here; read are {', '.join(READS)}",
            final=True,
            code="UNKNOWN_FORMAT",
        )
    if args.to not in kind.writes:
        raise Failed(
            f"{kind.name} becomes {', '.join(kind.writes)}, but not {args.to}",
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
