"""Storage write.

Writes a file into the company's storage, replacing what was there: text as it is, bytes given as Base64, any
other value as JSON. A reader sees the old file or the new one, never half of it.
"""

import base64
import binascii
import json
from typing import Any, Literal

from flow8.kit import Context, Effect, Example, Failed, Fields, field, module


class Args(Fields):
    """Which file, and what it will hold."""

    path: str = field("The path inside storage, such as `reports/may.json`.", min_length=1)
    content: Any = field("Text is written as it is, any other value as JSON.")
    encoding: Literal["utf-8", "base64"] = field("`base64` when the content is Base64 of bytes.", "utf-8")
    pretty: bool = field("Write JSON with line breaks and indents, for people.", False)


class Out(Fields):
    """The file as it was written."""

    path: str = field("The path that was written.")
    size: int = field("The size in bytes.")
    sha256: str = field("The SHA-256 of the bytes, in hex.")


@module(
    Example(
        "A JSON report",
        {"path": "reports/may.json", "content": {"orders": 3, "city": "Zürich"}},
        {
            "path": "reports/may.json",
            "size": 29,
            "sha256": "53cc67192c529785337265a2d98a949477361d3da5593dc4d291fb4e8ab618ab",
        },
    ),
    Example(
        "Bytes from Base64",
        {"path": "a.bin", "content": "Zmxvdzg=", "encoding": "base64"},
        {
            "path": "a.bin",
            "size": 5,
            "sha256": "c449f7f75736e6a081bb4bae13f38381a7b16cda53fdc804fe6e5cae7c8ee393",
        },
    ),
    needs=("storage",),
    effect=Effect.WRITE,
)
def storage_write(args: Args, ctx: Context) -> Out:
    """The file, safely on disk."""
    data = _from_base64(args.content) if args.encoding == "base64" else _encoded(args)
    stored = ctx.storage.write(args.path, data)
    return Out(path=stored.path, size=stored.size, sha256=stored.sha256)


def _from_base64(content: Any) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise Failed("The content is not Base64 text", final=True, code="BAD_CONTENT") from error


def _encoded(args: Args) -> bytes:
    text = args.content if isinstance(args.content, str) else _json(args.content, pretty=args.pretty)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Failed(
            "The content holds half a character, which no file can", final=True, code="BAD_CONTENT"
        ) from error


def _json(value: Any, *, pretty: bool) -> str:
    if pretty:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
