"""Whether this process works, and how much: `/health` as the documentation shows it, and more.

`/livez` is for whoever restarts it, `/readyz` for whoever sends requests to it, `/metrics` for Prometheus.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Right
from flow8.metrics.text import TYPE
from flow8.services.health import Lookout, shown_health, shown_readiness
from flow8.services.metrics import metrics_of_company
from web import asked
from web.policy import needs, public

bp = Blueprint("health", __name__)
LOOKOUT: Final = "flow8.lookout"


@bp.get("/health")
@public
def get_health() -> ResponseReturnValue:
    """200 when all is well, 503 when something is missing; says which."""
    found = _lookout().health()
    return jsonify(shown_health(found)), HTTPStatus.OK if found.healthy else HTTPStatus.SERVICE_UNAVAILABLE


@bp.get("/readyz")
@public
def get_readyz() -> ResponseReturnValue:
    """200 when requests may come here, 503 when they should go to another process."""
    found = _lookout().readiness()
    return jsonify(shown_readiness(found)), HTTPStatus.OK if found.healthy else HTTPStatus.SERVICE_UNAVAILABLE


def _lookout() -> Lookout:
    found: Lookout = current_app.extensions[LOOKOUT]
    return found


@bp.get("/metrics")
@needs(Right.VIEW)
def get_metrics() -> Response:
    """The company's figures as Prometheus reads them; it sends an API key of a viewer.

    With one of an administrator those of this process and of the installation come with them.
    """
    return Response(metrics_of_company(asked.engine(), asked.actor()), content_type=TYPE)


@bp.get("/livez")
@public
def get_livez() -> Response:
    """200 while this process answers at all, whatever else is down."""
    return jsonify({"status": "alive"})
