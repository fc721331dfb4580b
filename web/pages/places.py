"""Where to go after signing in: only ever a page of ours."""

import re
from typing import Final

from flask import Request

HOME: Final = "/"
_OURS: Final = re.compile(r"/(?:[^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?", re.ASCII)


def safe(place: str | None) -> str:
    """The place if it is a path here, else home: two slashes at its start would lead to another host."""
    return place if place and _OURS.fullmatch(place) else HOME


def after_sign_in(request: Request) -> str:
    """The page that was asked for; for a form, the page that it stands on."""
    if request.method == "GET":
        return safe(request.full_path.removesuffix("?"))
    path, _, last = request.path.rpartition("/")
    return safe(path) if last == "run" else HOME
