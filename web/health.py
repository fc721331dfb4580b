"""Whether this process works: `/health` as the documentation shows it, `/livez` for whoever restarts it."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.clock import utc_now
from flow8.services.health import health
from web import asked
from web.policy import public

bp = Blueprint("health", __name__)


@bp.get("/health")
@public
def get_health() -> ResponseReturnValue:
    """200 when all is well, 503 when something is missing; says which."""
    found = health(asked.engine())
    shown = {
        "status": "healthy" if found.healthy else "unhealthy",
        "checks": found.checks,
        "timestamp": f"{utc_now():%Y-%m-%dT%H:%M:%SZ}",
    }
    return jsonify(shown), HTTPStatus.OK if found.healthy else HTTPStatus.SERVICE_UNAVAILABLE


@bp.get("/livez")
@public
def get_livez() -> Response:
    """200 while this process answers at all, whatever else is down."""
    return jsonify({"status": "alive"})
