"""The catalogue of modules."""

from flask import Blueprint, Response, jsonify

from flow8.domain.access import Right
from web import asked
from web.describe import answers
from web.policy import needs
from web.present import modules as present
from web.present.lists import ListShape

bp = Blueprint("modules", __name__)


@bp.get("/modules")
@needs(Right.VIEW, somewhere=True)
@answers(ListShape[present.ModuleRow])
def list_modules() -> Response:
    """Every module, by appId."""
    modules = asked.engine().registry.modules
    return jsonify({"data": [present.row(modules[app_id]) for app_id in sorted(modules)]})


@bp.get("/modules/<app_id>")
@needs(Right.VIEW, somewhere=True)
@answers(present.ModuleShape, errors=("MODULE_NOT_FOUND",))
def get_module(app_id: str) -> Response:
    """One module with its forms and examples."""
    return jsonify(present.whole(asked.engine().registry.module(app_id)))
