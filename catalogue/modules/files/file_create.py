"""File create.

Makes a file of the play: text as it is, bytes given as Base64, any other value as JSON. Its file value may be
the answer of a channel, which then sends the file itself.
"""

import base64
import binascii
import json
from typing import Any, Literal

from flow8.kit import Context, Effect, Example, Failed, Fields, FileValue, field, module


class Args(Fields):
    """What the file will hold."""

    name: str = field("The name of the file, such as `report.csv`.", min_length=1)
    content: Any = field("Text is written as it is, any other value as JSON.")
    encoding: Literal["utf-8", "base64"] = field("`base64` when the content is Base64 of bytes.", "utf-8")
    media_type: str = field("Its media type; without one the name's ending tells it.", "")


class Out(FileValue):
    """The file."""


@module(
    Example(
        "A table",
        {"name": "orders.csv", "content": "id,total\nA-1,12.5\n"},
        {
            "id": "000000000000000000000001",
            "name": "orders.csv",
            "type": "text/csv",
            "size": 18,
            "sha256": "218b4894fc2d05b2353d36cf1e40ec4025156913e88aa6a75a39bc9e9a630606",
        },
    ),
    needs=("files",),
    effect=Effect.WRITE,
)
def file_create(args: Args, ctx: Context) -> Out:
    """The file, safely on disk."""
    made = ctx.files.create(args.name, [_bytes(args)], media_type=args.media_type)
    return Out(id=made.id, name=made.name, type=made.type, size=made.size, sha256=made.sha256)


def _bytes(args: Args) -> bytes:
    try:
        if args.encoding == "base64":
            return base64.b64decode(args.content, validate=True)
        if isinstance(args.content, str):
            return args.content.encode()
        return json.dumps(args.content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (binascii.Error, TypeError, ValueError) as error:
        kind = "Base64" if args.encoding == "base64" else "UTF-8"
        raise Failed(f"The content is not {kind} text", final=True, code="BAD_CONTENT") from error
