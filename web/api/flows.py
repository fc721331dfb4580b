"""Flows: drafts, versions, the text they come from and go to."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from flow8.domain.access import Right
from flow8.domain.flow import Flow
from flow8.domain.model import Model
from flow8.services import drafts, flow_overviews, flows, versions
from flow8.services.channels import front_address
from flow8.services.drafts import Saved
from flow8.services.flow_search import places_of
from flow8.services.own_fields import flow_text
from flow8.store.flows import FlowRecord
from web import asked
from web.bodies import Flag, Text, json_body, query, text_body, whole_json_body
from web.describe import answers
from web.paging import Paging
from web.policy import needs
from web.preconditions import wanted_etag, wanted_etag_if_any
from web.present import channels as present_channels
from web.present import flows as present
from web.present import overviews
from web.present.lists import ListShape, PageShape, page_of

bp = Blueprint("flows", __name__)


class Wanted(Paging):
    """Which flows: of one group, named or by its id; of one category; with every word of a text in them."""

    group: Text | None = None
    category: Text | None = None
    text: Text | None = None


class Import(Model):
    """What an import does beside replacing the draft: publish it; replace edits that nobody published."""

    publish: bool = False
    force: bool = False
    note: str | None = Field(None, max_length=500)


class Publish(Model):
    """A line that says what changed."""

    note: Text | None = Field(None, max_length=500)


class Restore(Model):
    """Whether to give up edits of the draft that nobody published."""

    force: Flag = False


class Compare(Model):
    """Which two definitions: numbers of versions, `published` or `draft`."""

    a: str = versions.PUBLISHED
    b: str = versions.DRAFT


@bp.get("/flows")
@needs(Right.VIEW, somewhere=True)
@answers(PageShape[present.ListedFlow], query=Wanted)
def list_flows() -> Response:
    """The company's flows, and where a text stands in them."""
    engine, wanted = asked.engine(), query(Wanted)
    found = flows.list_flows(engine, asked.actor(), **wanted.model_dump())
    if wanted.text is None:
        return jsonify(page_of(found, present.row))
    text = wanted.text
    return jsonify(page_of(found, lambda flow: present.listed(flow, places_of(engine, flow, text))))


@bp.post("/flows")
@needs(Right.EDIT)
@answers(present.FlowShape, HTTPStatus.CREATED, body=Flow, errors=("FLOW_EXISTS",), etag=True)
def create_flow() -> ResponseReturnValue:
    """A new flow with a draft, which may still have problems."""
    saved = drafts.create_draft(asked.engine(), asked.actor(), whole_json_body())
    place = {"Location": f"/api/v1/flows/{saved.flow.permanent_id}"}
    return _saved(saved), HTTPStatus.CREATED, place


@bp.get("/flows/<name>")
@needs(Right.VIEW, somewhere=True)
@answers(present.FlowShape, errors=("FLOW_NOT_FOUND",), etag=True)
def get_flow(name: str) -> Response:
    """One flow with its draft, by id or permanent id; the ETag is the draft's."""
    flow = flows.get_flow(asked.engine(), asked.actor(), name)
    return _one(
        flow, present.whole(flow, _text(flow), flows.draft_problems(asked.engine(), asked.actor(), flow))
    )


@bp.put("/flows/<name>")
@needs(Right.EDIT, somewhere=True)
@answers(
    present.FlowShape,
    body=Flow,
    errors=("FLOW_NOT_FOUND", "DRAFT_CHANGED", "PRECONDITION_REQUIRED"),
    etag=True,
    if_match=True,
)
def save_flow(name: str) -> Response:
    """Replace the draft that the caller has seen, by its ETag in If-Match; `*` replaces whatever is there."""
    digest = wanted_etag()
    return _saved(drafts.save_draft(asked.engine(), asked.actor(), name, whole_json_body(), digest=digest))


@bp.post("/flows/import")
@needs(Right.EDIT)
@answers(
    present.ImportShape,
    query=Import,
    text_body=True,
    errors=("UNPUBLISHED_EDITS", "FLOW_EXISTS", "NO_FREE_PORT"),
)
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
    front = front_address(asked.engine(), asked.actor().company_id) if done.channels else ""
    shown: present.ImportShape = {
        "flow": present.row(done.flow),
        "version": done.version,
        "problems": present.problems(done.problems),
        "channels": [present_channels.made(made, front) for made in done.channels],
    }
    return jsonify(shown), HTTPStatus.OK


@bp.post("/flows/<name>/publish")
@needs(Right.EDIT, somewhere=True)
@answers(present.FlowRow, body=Publish, errors=("FLOW_NOT_FOUND", "DRAFT_CHANGED"), etag=True, if_match=True)
def publish_flow(name: str) -> Response:
    """Make the draft the next version; with If-Match only the draft of that ETag."""
    wish, digest = json_body(Publish), wanted_etag_if_any()
    flow = flows.publish(asked.engine(), asked.actor(), name, wish.note, digest)
    return _one(flow, present.row(flow))


@bp.get("/flows/<name>/versions")
@needs(Right.VIEW, somewhere=True)
@answers(PageShape[present.VersionRow], query=Paging, errors=("FLOW_NOT_FOUND",))
def list_versions(name: str) -> Response:
    """The published versions of a flow, newest first."""
    wanted = query(Paging)
    found = versions.list_versions(asked.engine(), asked.actor(), name, page=wanted.page, size=wanted.size)
    return jsonify(page_of(found, present.version_row))


@bp.get("/flows/<name>/versions/<int:number>")
@needs(Right.VIEW, somewhere=True)
@answers(present.VersionShape, errors=("FLOW_NOT_FOUND", "FLOW_VERSION_NOT_FOUND"))
def get_version(name: str, number: int) -> Response:
    """One published version with its definition."""
    return jsonify(present.version(versions.get_version(asked.engine(), asked.actor(), name, number)))


@bp.get("/flows/<name>/versions/numbers")
@needs(Right.VIEW, somewhere=True)
@answers(ListShape[overviews.VersionNumbersShape], errors=("FLOW_NOT_FOUND",))
def get_version_numbers(name: str) -> Response:
    """How the last 1,000 plays went, by version; versions without one of them are left out."""
    found = flow_overviews.version_numbers(asked.engine(), asked.actor(), name)
    return jsonify({"data": [overviews.version_numbers(each) for each in found]})


@bp.post("/flows/<name>/versions/<int:number>/restore")
@needs(Right.EDIT, somewhere=True)
@answers(
    present.FlowRow,
    body=Restore,
    errors=("FLOW_NOT_FOUND", "FLOW_VERSION_NOT_FOUND", "UNPUBLISHED_EDITS", "DRAFT_CHANGED"),
    etag=True,
)
def restore_version(name: str, number: int) -> Response:
    """Make a version the draft again; `force` gives up edits that nobody published."""
    wish = json_body(Restore)
    flow = versions.restore(asked.engine(), asked.actor(), name, number, force=wish.force)
    return _one(flow, present.row(flow))


@bp.get("/flows/<name>/diff")
@needs(Right.VIEW, somewhere=True)
@answers(present.DiffShape, query=Compare, errors=("FLOW_NOT_FOUND", "FLOW_VERSION_NOT_FOUND"))
def compare_versions(name: str) -> Response:
    """What differs between two versions, or from one to the draft; secrets are masked."""
    wanted = query(Compare)
    found = versions.compare(asked.engine(), asked.actor(), name, wanted.a, wanted.b)
    return jsonify(present.compared(found))


@bp.get("/flows/<name>/export")
@needs(Right.VIEW, somewhere=True)
@answers(dict[str, Any], media="application/yaml", errors=("FLOW_NOT_FOUND",))
def export_flow(name: str) -> Response:
    """The flow as a YAML file; what it refers to stands there by name."""
    text = flows.export_text(asked.engine(), asked.actor(), name)
    answer = Response(text, mimetype="application/yaml")
    # The name is looked up again by nobody: it was a flow's a moment ago, so it is an id or a slug.
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.yml")
    return answer


def _text(flow: FlowRecord) -> dict[str, Any]:
    return flow_text(asked.engine(), flow)


def _saved(saved: Saved) -> Response:
    return _one(saved.flow, present.whole(saved.flow, _text(saved.flow), saved.problems))


def _one(flow: FlowRecord, shown: present.FlowShape | present.FlowRow) -> Response:
    answer = jsonify(shown)
    answer.set_etag(flow.draft_digest)
    return answer
