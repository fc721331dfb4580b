"""Whether this process works, and how much: `/health` as the documentation shows it, and more.

`/livez` is for whoever restarts it, `/readyz` for whoever sends requests to it, `/metrics` for Prometheus.
"""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.clock import utc_now
from flow8.domain.access import Right
from flow8.services.health import health, readiness
from flow8.services.system import numbers
from web import asked
from web.policy import needs, public
from web.present.system import METRICS_TYPE, metrics

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


@bp.get("/readyz")
@public
def get_readyz() -> ResponseReturnValue:
    """200 when requests may come here, 503 when they should go to another process."""
    found = readiness(asked.engine())
    shown = {"status": "ready" if found.healthy else "not ready", "checks": found.checks}
    return jsonify(shown), HTTPStatus.OK if found.healthy else HTTPStatus.SERVICE_UNAVAILABLE


@bp.get("/metrics")
@needs(Right.VIEW)
def get_metrics() -> Response:
    """The company's figures as Prometheus reads them; it sends an API key of a viewer."""
    return Response(metrics(numbers(asked.engine(), asked.actor())), content_type=METRICS_TYPE)


@bp.get("/livez")
@public
def get_livez() -> Response:
    """200 while this process answers at all, whatever else is down."""
    return jsonify({"status": "alive"})
