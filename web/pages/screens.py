"""The screens that only the web UI has: one page for all of them, which asks the API for what it shows."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from flow8.domain.access import Right
from web.pages.ui import in_the_ui
from web.policy import needs

bp = Blueprint("screens", __name__)


@bp.get("/home")
@bp.get("/flows/<name>/edit")
@bp.get("/flows/<name>/versions")
@bp.get("/approvals")
@bp.get("/approvals/<name>")
@bp.get("/channels")
@bp.get("/channels/<name>")
@bp.get("/schedules")
@bp.get("/schedules/<name>")
@bp.get("/resources")
@bp.get("/resources/<name>")
@bp.get("/admin")
@bp.get("/admin/<name>")
@bp.get("/status")
@needs(Right.VIEW, somewhere=True)
@in_the_ui
def show(**_: str) -> Response:
    """The UI's page, whoever or whatever its address names; where it is not built, the page that says so."""
    return redirect("/flows")
