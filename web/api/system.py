"""How flow8 stands at this moment."""

from flask import Blueprint, Response, current_app, jsonify

from flow8.domain.access import Right
from flow8.services import recent, system
from web import asked
from web.describe import answers
from web.live import Sockets
from web.policy import needs
from web.present import system as present

bp = Blueprint("system", __name__)


@bp.get("/system/status")
@needs(Right.ADMINISTER)
@answers(present.StatusShape, errors=("TOO_MANY_PLAYS",))
def get_status() -> Response:
    """What this installation is made of, and the company's plays by state."""
    return jsonify(present.status(system.status(asked.engine(), asked.actor())))


@bp.get("/system/recent")
@needs(Right.ADMINISTER)
@answers(present.RecentShape, errors=("TOO_MANY_PLAYS",))
def get_recent() -> Response:
    """How the company's plays of the last hour went: waits, slow flowlets, reasons of failures."""
    sockets: Sockets = current_app.extensions["flow8.sockets"]
    return jsonify(present.recent(recent.recent(asked.engine(), asked.actor()), sockets.count))
