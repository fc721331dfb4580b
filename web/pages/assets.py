"""The files that pages need: an icon, and the style of every page, of plain ones and of the documentation."""

import hashlib
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request

from flow8.errors import NotFound
from web.policy import public

FOLDER: Final = Path(__file__).with_name("assets")
TYPES: Final = {
    **dict.fromkeys(("every-page.css", "frame.css", "flow8.css", "forms.css", "docs.css"), "text/css"),
    "flow8.svg": "image/svg+xml",
}
FILES: Final = {name: (FOLDER / name).read_bytes() for name in TYPES}
VERSION: Final = hashlib.sha256(b"".join(FILES.values())).hexdigest()[:12]
"""Stands in the addresses of assets, so that a new release is seen at once."""

bp = Blueprint("assets", __name__)


@bp.get("/assets/<name>")
@public
def asset(name: str) -> Response:
    """One of our files, which browsers may keep for an hour."""
    if name not in FILES:
        raise NotFound
    answer = Response(FILES[name], mimetype=TYPES[name])
    answer.headers["Cache-Control"] = "public, max-age=3600"
    answer.set_etag(VERSION)
    answer.make_conditional(request)
    return answer
