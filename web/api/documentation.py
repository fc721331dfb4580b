"""What this API is, for programs as OpenAPI and for people as a page."""

from typing import Any, Final

from flask import Blueprint, Response, current_app, jsonify, render_template

from web import asked, openapi
from web.describe import answers
from web.openapi_page import resources_of
from web.policy import signed_in

bp = Blueprint("documentation", __name__)

KEPT: Final = "flow8.openapi"


@bp.get("/openapi.json")
@signed_in
@answers(dict[str, Any])
def get_openapi() -> Response:
    """The description of the API as OpenAPI 3.1."""
    return jsonify(_document())


@bp.get("/docs")
@signed_in
@answers(str, media="text/html")
def get_docs() -> str:
    """The same as a page."""
    found = _document()
    return render_template("api.html", resources=resources_of(found), shapes=found["components"]["schemas"])


def _document() -> dict[str, Any]:
    """The description, made once for each process."""
    kept: dict[str, Any] | None = current_app.extensions.get(KEPT)
    if kept is None:
        kept = openapi.document(current_app, asked.settings().public_url)
        current_app.extensions[KEPT] = kept
    return kept
