"""File read.

Reads a file of the play as text, or as Base64 when it is not text.
"""

import base64
from typing import Literal

from flow8.kit import Context, Effect, Example, Failed, Fields, FileValue, field, module

MAX_BYTES = 10 * 1024 * 1024


class Args(Fields):
    """Which file."""

    file: FileValue = field("The file value, such as `{{ $args.upload }}`.")
    encoding: Literal["utf-8", "base64"] = field("`utf-8` for text, `base64` for anything else.", "utf-8")


class Out(Fields):
    """What is in the file."""

    text: str | None = field("The content as text; null with encoding base64.", None)
    base64: str | None = field("The content as Base64; null with encoding utf-8.", None)


@module(
    Example(
        "A text file",
        {
            "file": {
                "id": "000000000000000000000001",
                "name": "hello.txt",
                "type": "text/plain",
                "size": 7,
                "sha256": "673054573d9a106a0867472c65ece9e8426f32ac42b3fff4742bb26ac12ee164",
            }
        },
        {"text": "Grüezi", "base64": None},
        given={"hello.txt": "Grüezi"},
    ),
    needs=("files",),
    effect=Effect.READ,
)
def file_read(args: Args, ctx: Context) -> Out:
    """The whole content, up to 10 MiB."""
    data = ctx.files.read(args.file, max_bytes=MAX_BYTES)
    if args.encoding == "base64":
        return Out(base64=base64.b64encode(data).decode())
    try:
        return Out(text=data.decode())
    except UnicodeDecodeError as error:
        raise Failed(
            f"The file {args.file.name!r} is not UTF-8 text; read it with encoding base64",
            final=True,
            code="NOT_TEXT",
        ) from error
