"""The list of flows, and one flow with a form to run it."""

import json
import shlex
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, make_response, redirect, render_template
from werkzeug.wrappers import Response as Answer

from flow8.domain.access import Right
from flow8.domain.flow import Flow
from flow8.errors import Conflict, Flow8Error, Invalid, Problem
from flow8.ids import new_secret
from flow8.services import flows, plays
from flow8.services.page import refuse
from flow8.services.play_filter import Filter
from flow8.services.reach import rights_on
from flow8.store.flows import FlowRecord
from web import asked
from web.bodies import form, query
from web.pages import forms
from web.pages.forms import Field
from web.pages.ui import in_the_ui
from web.paging import Paging
from web.policy import needs

WAIT_SECONDS: Final = 2.0
"""Most plays are over by then, and the next page shows their end at once."""
LATEST: Final = 5
MISMATCH: Final = "IDEMPOTENCY_MISMATCH"

bp = Blueprint("flow_pages", __name__)


@dataclass(frozen=True)
class Shown:
    """A flow on its page: its record, its published version, and the form as it is filled in."""

    record: FlowRecord
    flow: Flow | None
    fields: tuple[Field, ...]


@bp.get("/")
@bp.get("/flows")
@needs(Right.VIEW, somewhere=True)
@in_the_ui
def list_flows() -> str:
    """All flows."""
    wanted = query(Paging)
    found = flows.list_flows(asked.engine(), asked.actor(), page=wanted.page, size=wanted.size)
    return render_template("flows.html", found=found)


@bp.get("/flows/<name>")
@needs(Right.VIEW, somewhere=True)
@in_the_ui
def show_flow(name: str) -> Response:
    """One flow, its form, and its latest plays."""
    return _page(_shown(name))


@bp.post("/flows/<name>/run")
@needs(Right.RUN, somewhere=True)
def run_flow(name: str) -> Answer:
    """Start a play and show it; or the form again with what is wrong."""
    typed, shown = form(), _shown(name)
    shown = Shown(shown.record, shown.flow, forms.filled(shown.fields, typed))
    args, problems = forms.read(shown.fields)
    try:
        refuse(problems, "Some fields cannot be read.")
        play_id = _run(name, args, typed.get("key") or None)
    except (Invalid, Conflict) as error:
        return _page(shown, error)
    return redirect(f"/plays/{play_id}", HTTPStatus.SEE_OTHER)


def _run(name: str, args: Any, key: str | None) -> str:
    engine, actor = asked.engine(), asked.actor()
    try:
        return plays.run(engine, actor, name, args, idempotency_key=key, wait=WAIT_SECONDS).play_id
    except Conflict as error:
        if error.error_code != MISMATCH:
            raise
    # The key keeps a double click from playing twice; other args are meant as another play.
    return plays.run(engine, actor, name, args, wait=WAIT_SECONDS).play_id


def _shown(name: str) -> Shown:
    engine = asked.engine()
    record = flows.get_flow(engine, asked.actor(), name)
    if not record.published:
        return Shown(record, None, ())
    flow = engine.flows.get(record.company_id, record.id, record.published).flow
    return Shown(record, flow, forms.fields_of(flow.input))


def _page(shown: Shown, error: Flow8Error | None = None) -> Response:
    problems: tuple[Problem, ...] = () if error is None else error.problems
    latest = plays.list_plays(asked.engine(), asked.actor(), Filter(flow=shown.record.id), size=LATEST)
    page = render_template(
        "flow.html",
        shown=shown,
        fields=forms.with_problems(shown.fields, problems),
        error=error,
        key=new_secret(12),
        plays=latest.rows,
        may_run=Right.RUN in rights_on(asked.engine(), asked.actor(), shown.record.id),
        command=_command(shown),
    )
    return make_response(page, HTTPStatus.OK if error is None else error.status)


def _command(shown: Shown) -> str:
    """The same run for a terminal."""
    args, _ = forms.read(shown.fields)
    body = shlex.quote(json.dumps({"args": args, "wait": 10}))
    url = f"{asked.settings().public_url}/api/v1/flows/{shown.record.permanent_id}/run"
    return (
        f'curl {url} \\\n  -H "Authorization: Bearer $FLOW8_KEY" \\\n'
        f'  -H "Content-Type: application/json" \\\n  -d {body}'
    )
