"""Links: CRUD; secrets are written and never read."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Right
from flow8.domain.links import LinkKind
from flow8.domain.model import Model
from flow8.services import links, resource_uses
from flow8.services.links import LinkWish
from web import asked
from web.bodies import Text, json_body, query
from web.describe import REV, answers
from web.paging import Paging
from web.policy import needs
from web.present import links as present
from web.present.lists import ListShape, PageShape, page_of
from web.present.uses import UsedByShape, uses_of
from web.revs import wanted_rev, with_etag

bp = Blueprint("links", __name__)


class ChangedLink(Model):
    """A link as it is to be; without `secret` that stays, unless a host is added."""

    name: Text
    hosts: tuple[Text, ...]
    user: Text | None = None
    header: Text | None = None
    secret: Text | None = None

    def wish(self) -> LinkWish:
        """The same without its secret, as services take it."""
        return LinkWish(self.name, self.hosts, self.user, self.header)


class NewLink(Model):
    """A wish for a link; `user` belongs to the kind `basic`, `header` to the kind `key`."""

    name: Text
    hosts: tuple[Text, ...]
    secret: Text
    service: Text = "http"
    kind: Text = LinkKind.BEARER.value
    user: Text | None = None
    header: Text | None = None


@bp.get("/links")
@needs(Right.VIEW)
@answers(PageShape[present.LinkShape], query=Paging)
def list_links() -> Response:
    """The company's links by name."""
    wanted = query(Paging)
    found = links.list_links(asked.engine(), asked.actor(), page=wanted.page, size=wanted.size)
    return jsonify(page_of(found, present.link))


@bp.get("/links/uses")
@needs(Right.VIEW)
@answers(ListShape[UsedByShape])
def list_link_uses() -> Response:
    """For each link the published flows that use it, by permanent id."""
    return jsonify(uses_of(resource_uses.link_users(asked.engine(), asked.actor())))


@bp.post("/links")
@needs(Right.EDIT)
@answers(present.LinkShape, HTTPStatus.CREATED, body=NewLink, errors=("LINK_EXISTS",), etag=True)
def create_link() -> ResponseReturnValue:
    """A new link."""
    wish = json_body(NewLink)
    made = links.create_link(
        asked.engine(),
        asked.actor(),
        LinkWish(wish.name, wish.hosts, wish.user, wish.header),
        service=wish.service,
        kind=wish.kind,
        secret=wish.secret,
    )
    return with_etag(present.link(made), made.rev), HTTPStatus.CREATED


@bp.get("/links/<link>")
@needs(Right.VIEW)
@answers(present.LinkShape, errors=("LINK_NOT_FOUND",), etag=True)
def get_link(link: str) -> Response:
    """One link, by id or name; its ETag is its `rev`."""
    found = links.get_link(asked.engine(), asked.actor(), link)
    return with_etag(present.link(found), found.rev)


@bp.put("/links/<link>")
@needs(Right.EDIT)
@answers(
    present.LinkShape,
    body=ChangedLink,
    errors=("LINK_NOT_FOUND", "LINK_EXISTS", "LINK_CHANGED", "LINK_IN_USE"),
    etag=True,
    if_match=REV,
)
def change_link(link: str) -> Response:
    """Another name, other hosts, another secret; with `If-Match` only if it is still at that `rev`."""
    wish = json_body(ChangedLink)
    changed = links.change_link(
        asked.engine(), asked.actor(), link, wish.wish(), secret=wish.secret, rev=wanted_rev()
    )
    return with_etag(present.link(changed), changed.rev)


@bp.delete("/links/<link>")
@needs(Right.EDIT)
@answers(
    None,
    HTTPStatus.NO_CONTENT,
    errors=("LINK_NOT_FOUND", "LINK_CHANGED", "LINK_IN_USE"),
    if_match=REV,
)
def remove_link(link: str) -> ResponseReturnValue:
    """Remove a link that no published flow uses."""
    links.remove_link(asked.engine(), asked.actor(), link, rev=wanted_rev())
    return "", HTTPStatus.NO_CONTENT
