"""The audit: listed, exported, checked."""

from typing import Literal

from flask import Blueprint, Response, jsonify
from pydantic import Field

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import audit, audit_check
from flow8.services.page import USUAL_SIZE
from web import asked
from web.bodies import Text, query
from web.describe import answers
from web.moments import Moment
from web.policy import needs
from web.present import audit as present

bp = Blueprint("audit", __name__)

LARGEST_SEQ = 2**53


class Which(Model):
    """Which entries: of an actor, an action, a subject; from one moment on, and before another."""

    actor: Text | None = None
    action: Text | None = None
    subject: Text | None = None
    since: Moment | None = Field(None, alias="from")
    until: Moment | None = Field(None, alias="to")

    def wanted(self) -> audit.Wanted:
        """The same as the services take it."""
        return audit.Wanted(self.actor, self.action, self.subject, self.since, self.until)


class ListedAudit(Which):
    """By cursor: `after` is what the page before gave as `next`."""

    size: int = USUAL_SIZE
    after: int | None = Field(None, le=LARGEST_SEQ)


class Exported(Which):
    """In which format."""

    format: Literal["csv", "json"] = "json"


class Verify(Model):
    """A head that the log printed, `position:mac`; and whether the plays of each minute are counted again."""

    head: Text | None = None
    plays: bool = False


@bp.get("/audit")
@needs(Right.ADMINISTER)
@answers(present.AuditPageShape, query=ListedAudit)
def list_audit() -> Response:
    """The company's audit, newest first."""
    wanted = query(ListedAudit)
    found = audit.list_entries(
        asked.engine(), asked.actor(), wanted.wanted(), size=wanted.size, after=wanted.after
    )
    return jsonify({"data": found.rows, "next": found.next})


@bp.get("/audit/export")
@needs(Right.ADMINISTER)
@answers(list[audit.AuditEntryShape], query=Exported, or_text="text/csv")
def export_audit() -> Response:
    """The company's audit as a file, oldest first."""
    wanted = query(Exported)
    return present.file(audit.export(asked.engine(), asked.actor(), wanted.wanted()), wanted.format)


@bp.get("/audit/verify")
@needs(Right.ADMINISTER)
@answers(audit_check.AuditCheckShape, query=Verify)
def verify_audit() -> Response:
    """Whether the chain of entries is whole, and what is wrong with it if it is not."""
    wanted = query(Verify)
    return jsonify(audit_check.verify(asked.engine(), asked.actor(), head=wanted.head, plays=wanted.plays))
