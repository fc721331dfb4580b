"""The catalogue of modules."""

from flask import Blueprint, Response, jsonify

from flow8.domain.access import Right
from web import asked
from web.policy import needs
from web.present import modules as present

bp = Blueprint("modules", __name__)


@bp.get("/modules")
@needs(Right.VIEW, somewhere=True)
def list_modules() -> Response:
    """Every module, by appId."""
    modules = asked.engine().registry.modules
    return jsonify({"data": [present.row(modules[app_id]) for app_id in sorted(modules)]})


@bp.get("/modules/<app_id>")
@needs(Right.VIEW, somewhere=True)
def get_module(app_id: str) -> Response:
    """One module with its forms and examples."""
    return jsonify(present.whole(asked.engine().registry.module(app_id)))
