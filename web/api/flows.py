"""Flows: list, look, import, publish, export."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import flows
from web import asked
from web.bodies import Text, json_body, query, text_body
from web.paging import Paging
from web.policy import needs
from web.present import channels as present_channels
from web.present import flows as present
from web.present.lists import page_of

bp = Blueprint("flows", __name__)


class Import(Model):
    """What an import does beside replacing the draft: publish it; replace edits that nobody published."""

    publish: bool = False
    force: bool = False
    note: str | None = Field(None, max_length=500)


class Publish(Model):
    """A line that says what changed."""

    note: Text | None = Field(None, max_length=500)


@bp.get("/flows")
@needs(Right.VIEW, somewhere=True)
def list_flows() -> Response:
    """The company's flows."""
    wanted = query(Paging)
    found = flows.list_flows(asked.engine(), asked.actor(), page=wanted.page, size=wanted.size)
    return jsonify(page_of(found, present.row))


@bp.get("/flows/<name>")
@needs(Right.VIEW, somewhere=True)
def get_flow(name: str) -> Response:
    """One flow with its draft, by id or permanent id."""
    return jsonify(present.whole(flows.get_flow(asked.engine(), asked.actor(), name)))


@bp.post("/flows/import")
@needs(Right.EDIT)
def import_flow() -> ResponseReturnValue:
    """Make a flow or its next version out of YAML or JSON, with the channels that the text asks for."""
    how = query(Import)
    done = flows.import_text(
        asked.engine(),
        asked.actor(),
        text_body(),
        publish=how.publish,
        force=how.force,
        note=how.note,
    )
    shown = {
        "flow": present.row(done.flow),
        "version": done.version,
        "problems": present.problems(done.problems),
        "channels": [present_channels.made(made) for made in done.channels],
    }
    return jsonify(shown), HTTPStatus.OK


@bp.post("/flows/<name>/publish")
@needs(Right.EDIT, somewhere=True)
def publish_flow(name: str) -> Response:
    """Make the draft the next version."""
    wish = json_body(Publish)
    return jsonify(present.row(flows.publish(asked.engine(), asked.actor(), name, wish.note)))


@bp.get("/flows/<name>/export")
@needs(Right.VIEW, somewhere=True)
def export_flow(name: str) -> Response:
    """The flow as a YAML file."""
    text = flows.export_text(asked.engine(), asked.actor(), name)
    answer = Response(text, mimetype="application/yaml")
    # The name is looked up again by nobody: it was a flow's a moment ago, so it is an id or a slug.
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.yml")
    return answer
