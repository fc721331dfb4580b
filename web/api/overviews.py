"""How flows fare and what leads to them; their categories; and examples to begin with."""

from flask import Blueprint, Response, jsonify

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import examples, flow_overviews, flow_search, flow_uses
from flow8.services.channels import front_address
from web import asked
from web.bodies import Text, query
from web.describe import answers
from web.policy import needs
from web.present import overviews as present
from web.present.lists import ListShape

bp = Blueprint("overviews", __name__)


class Flows(Model):
    """Which flows, by their ids; at most 100."""

    flows: tuple[Text, ...] = ()


@bp.get("/flow-overviews")
@needs(Right.VIEW, somewhere=True)
@answers(ListShape[present.OverviewShape], query=Flows)
def list_overviews() -> Response:
    """How the last plays of each of these flows went, and what starts them; unknown ids are left out."""
    wanted = query(Flows, lists=("flows",))
    found = flow_overviews.overviews(asked.engine(), asked.actor(), wanted.flows)
    return jsonify({"data": [present.overview(each, _front()) for each in found]})


@bp.get("/flow-categories")
@needs(Right.VIEW, somewhere=True)
@answers(ListShape[present.CategoryShape])
def list_categories() -> Response:
    """The categories of flows by name, each with how many are of it."""
    found = flow_search.categories(asked.engine(), asked.actor())
    return jsonify({"data": [{"name": name, "flows": count} for name, count in found.items()]})


@bp.get("/flows/<name>/uses")
@needs(Right.VIEW, somewhere=True)
@answers(present.FlowUsesShape, errors=("FLOW_NOT_FOUND",))
def get_uses(name: str) -> Response:
    """The routes, schedules and published flows that lead to a flow: what would no longer work without it."""
    return jsonify(present.uses(flow_uses.uses_of(asked.engine(), asked.actor(), name), _front()))


@bp.get("/examples")
@needs(Right.VIEW, somewhere=True)
@answers(ListShape[present.StarterShape])
def list_examples() -> Response:
    """Flows that run as they are, with no credentials."""
    found = examples.list_examples(asked.engine(), asked.actor())
    return jsonify({"data": [present.example(each) for each in found]})


def _front() -> str:
    return front_address(asked.engine(), asked.actor().company_id)
