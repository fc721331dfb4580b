"""API keys."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import keys
from web import asked
from web.bodies import Text, json_body, query
from web.describe import answers
from web.moments import Moment
from web.paging import Paging
from web.policy import needs
from web.present import keys as present
from web.present.lists import PageShape, page_of

bp = Blueprint("keys", __name__)


class NewKey(Model):
    """A wish for a key: without `role` it gets its maker's, without `expiresAt` it never ends by itself.

    With scope `mcp` it may call all tools, or those that `tools` names.
    """

    name: Text
    scopes: tuple[Text, ...] = (keys.STANDARD,)
    expires_at: Moment | None = None
    role: Text | None = None
    tools: tuple[Text, ...] | None = None


@bp.get("/auth/api-keys")
@needs(Right.ADMINISTER)
@answers(PageShape[present.KeyShape], query=Paging)
def list_keys() -> Response:
    """The company's keys, newest first."""
    wanted = query(Paging)
    found = keys.list_keys(asked.engine(), asked.actor(), page=wanted.page, size=wanted.size)
    return jsonify(page_of(found, present.key))


@bp.post("/auth/api-keys")
@needs(Right.ADMINISTER)
@answers(present.MadeKeyShape, HTTPStatus.CREATED, body=NewKey)
def create_key() -> ResponseReturnValue:
    """A new key; its text is in this answer and nowhere else."""
    wish = json_body(NewKey)
    key, text = keys.create_key(asked.engine(), asked.actor(), **dict(wish))
    return jsonify(present.made(key, text)), HTTPStatus.CREATED


@bp.delete("/auth/api-keys/<key_id>")
@needs(Right.ADMINISTER)
@answers(None, HTTPStatus.NO_CONTENT, errors=("KEY_NOT_FOUND",))
def revoke_key(key_id: str) -> ResponseReturnValue:
    """End a key at once."""
    keys.revoke_key(asked.engine(), asked.actor(), key_id)
    return Response(status=HTTPStatus.NO_CONTENT)
