"""The tools that agents are offered, for those who make their keys."""

from flask import Blueprint, Response, jsonify

from flow8.domain.access import Right
from flow8.services import tools
from web import asked
from web.describe import answers
from web.policy import needs
from web.present import tools as present
from web.present.lists import ListShape

bp = Blueprint("tools", __name__)


@bp.get("/tools")
@needs(Right.ADMINISTER)
@answers(ListShape[present.ToolShape])
def list_tools() -> Response:
    """Every tool of the company that a key may call: of enabled `mcp` channels and published flows."""
    found = tools.all_tools(asked.engine(), asked.actor())
    return jsonify({"data": [present.tool(each) for each in found]})
