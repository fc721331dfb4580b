"""Storage read.

Reads a file of the company's storage as text, or as Base64 when it is not text.
"""

import base64
import hashlib
from typing import Literal

from flow8.kit import Context, Effect, Example, Failed, Fields, field, module

MAX_BYTES = 10 * 1024 * 1024


class Args(Fields):
    """Which file."""

    path: str = field("The path inside storage, such as `reports/may.json`.", min_length=1)
    encoding: Literal["utf-8", "base64"] = field("`utf-8` for text, `base64` for anything else.", "utf-8")


class Out(Fields):
    """The file."""

    path: str = field("The path that was read.")
    text: str | None = field("The content as text; null with encoding base64.", None)
    base64: str | None = field("The content as Base64; null with encoding utf-8.", None)
    size: int = field("The size in bytes.")
    sha256: str = field("The SHA-256 of the bytes, in hex.")


@module(
    Example(
        "A text file",
        {"path": "notes/hello.txt"},
        {
            "path": "notes/hello.txt",
            "text": "Grüezi",
            "base64": None,
            "size": 7,
            "sha256": "673054573d9a106a0867472c65ece9e8426f32ac42b3fff4742bb26ac12ee164",
        },
        files={"notes/hello.txt": "Grüezi"},
    ),
    Example(
        "Any file as Base64",
        {"path": "a.bin", "encoding": "base64"},
        {
            "path": "a.bin",
            "text": None,
            "base64": "Zmxvdzg=",
            "size": 5,
            "sha256": "c449f7f75736e6a081bb4bae13f38381a7b16cda53fdc804fe6e5cae7c8ee393",
        },
        files={"a.bin": "flow8"},
    ),
    needs=("storage",),
    effect=Effect.READ,
)
def storage_read(args: Args, ctx: Context) -> Out:
    """The whole file, up to 10 MiB."""
    data = ctx.storage.read(args.path, max_bytes=MAX_BYTES)
    text, packed = None, None
    if args.encoding == "base64":
        packed = base64.b64encode(data).decode()
    else:
        text = _text(data, args.path)
    digest = hashlib.sha256(data).hexdigest()
    return Out(path=args.path, text=text, base64=packed, size=len(data), sha256=digest)


def _text(data: bytes, path: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Failed(
            f"The file {path!r} is not UTF-8 text; read it with encoding base64", final=True, code="NOT_TEXT"
        ) from error
