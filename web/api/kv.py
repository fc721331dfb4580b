"""Key-value entries: CRUD with compare-and-set; values of secret ones are written and never read."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from flow8.domain.access import Right
from flow8.domain.kv import Scope
from flow8.domain.model import Model
from flow8.services import kv
from flow8.services.kv import KvPlace, ShownEntry
from web import asked
from web.bodies import Flag, Text, json_body, query
from web.describe import REV, answers
from web.paging import Paging
from web.policy import needs
from web.present import kv as present
from web.present.lists import PageShape, page_of
from web.revs import wanted_rev, with_etag

bp = Blueprint("kv", __name__)


class Listed(Paging):
    """Which entries: all, or those of one scope, which `group` and `flow` name as well; `text` is of keys."""

    scope: Text | None = None
    group: Text | None = None
    flow: Text | None = None
    text: Text = ""


class NewEntry(Model):
    """A wish for an entry; it is secret unless it is `readable`."""

    key: Text
    value: Any = Field(...)
    scope: Text = Scope.GLOBAL.value
    group: Text | None = None
    flow: Text | None = None
    readable: Flag = False


class NewValue(Model):
    """Another value; `readable` stays as it is unless it is given."""

    value: Any = Field(...)
    readable: Flag | None = None


@bp.get("/kv")
@needs(Right.VIEW)
@answers(PageShape[present.EntryShape], query=Listed)
def list_entries() -> Response:
    """The company's entries, or those of one scope."""
    wanted = query(Listed)
    place = _place(wanted.scope, wanted.group, wanted.flow)
    found = kv.list_entries(
        asked.engine(), asked.actor(), place=place, text=wanted.text, page=wanted.page, size=wanted.size
    )
    return jsonify(page_of(found, present.entry))


@bp.post("/kv")
@needs(Right.EDIT)
@answers(present.EntryShape, HTTPStatus.CREATED, body=NewEntry, errors=("KV_EXISTS",), etag=True)
def create_entry() -> ResponseReturnValue:
    """A new entry."""
    wish = json_body(NewEntry)
    made = kv.create_entry(
        asked.engine(),
        asked.actor(),
        key=wish.key,
        value=wish.value,
        place=KvPlace(wish.scope, wish.group, wish.flow),
        readable=wish.readable,
    )
    return _one(made), HTTPStatus.CREATED


@bp.get("/kv/<entry_id>")
@needs(Right.VIEW)
@answers(present.EntryShape, errors=("KV_NOT_FOUND",), etag=True)
def get_entry(entry_id: str) -> Response:
    """One entry; its ETag is its `rev`."""
    return _one(kv.get_entry(asked.engine(), asked.actor(), entry_id))


@bp.put("/kv/<entry_id>")
@needs(Right.EDIT)
@answers(
    present.EntryShape,
    body=NewValue,
    errors=(
        "KV_NOT_FOUND",
        "KV_CHANGED",
    ),
    etag=True,
    if_match=REV,
)
def set_entry(entry_id: str) -> Response:
    """Give an entry another value; with `If-Match` only if it is still at that `rev`."""
    wish = json_body(NewValue)
    changed = kv.set_entry(
        asked.engine(),
        asked.actor(),
        entry_id,
        value=wish.value,
        readable=wish.readable,
        rev=wanted_rev(),
    )
    return _one(changed)


@bp.delete("/kv/<entry_id>")
@needs(Right.EDIT)
@answers(
    None,
    HTTPStatus.NO_CONTENT,
    errors=(
        "KV_NOT_FOUND",
        "KV_CHANGED",
    ),
    if_match=REV,
)
def remove_entry(entry_id: str) -> ResponseReturnValue:
    """Remove an entry; with `If-Match` only if it is still at that `rev`."""
    kv.remove_entry(asked.engine(), asked.actor(), entry_id, rev=wanted_rev())
    return "", HTTPStatus.NO_CONTENT


def _place(scope: str | None, group: str | None, flow: str | None) -> KvPlace | None:
    """The scope that is asked for; a group or a flow alone says which."""
    named = Scope.GROUP if group is not None else Scope.FLOW if flow is not None else None
    scope = scope or (None if named is None else named.value)
    return None if scope is None else KvPlace(scope, group, flow)


def _one(found: ShownEntry) -> Response:
    return with_etag(present.entry(found), found.entry.rev)
