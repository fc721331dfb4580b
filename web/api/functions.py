"""The functions of the expression language."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from flow8.domain.access import Right
from flow8.domain.expression import functions
from web.policy import needs

bp = Blueprint("functions", __name__)


@bp.get("/functions")
@needs(Right.VIEW, somewhere=True)
def list_functions() -> Response:
    """Every function with its help and a true example, group by group."""
    return jsonify({"data": [asdict(each) for each in functions()]})
