"""Retention: its policies, and what they would remove."""

from flask import Blueprint, Response, jsonify

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import retention_policies, retention_preview
from flow8.services.retention_policies import PolicyWish
from web import asked
from web.bodies import Text, Whole, json_body
from web.describe import REV, answers
from web.policy import needs
from web.present import retention as present
from web.revs import wanted_rev, with_etag

bp = Blueprint("retention", __name__)


class PolicyBody(Model):
    """A policy. `scope` is audit, flows.all, flows.filtered, flows.group (`group`) or flow (`flow`).

    Things go once they are as old as `cadence`, a time like 12h, 30d or 4w, but never below
    `enforcedMinimum`; the newest `minEntries` of each flow always stay.
    """

    scope: Text
    cadence: Text
    min_entries: Whole
    enforced_minimum: Text | None = None
    flow: Text | None = None
    group: Text | None = None

    def wish(self) -> PolicyWish:
        """The same as the services take it."""
        return PolicyWish(
            self.scope, self.cadence, self.min_entries, self.enforced_minimum, self.flow, self.group
        )


class PoliciesBody(Model):
    """All policies of the company; what it does not name, the settings decide."""

    policies: list[PolicyBody]


class PreviewBody(Model):
    """Policies to try; without them, those of the company."""

    policies: list[PolicyBody] | None = None


@bp.get("/retention")
@needs(Right.ADMINISTER)
@answers(present.RetentionShape, etag=True)
def get_retention() -> Response:
    """The company's retention policies, and what the settings say where it says nothing."""
    found = retention_policies.get_policies(asked.engine(), asked.actor())
    return with_etag(present.retention(found), found.stored.rev)


@bp.put("/retention")
@needs(Right.ADMINISTER)
@answers(present.RetentionShape, body=PoliciesBody, errors=("RETENTION_CHANGED",), etag=True, if_match=REV)
def set_retention() -> Response:
    """Other policies in place of all that the company had; with `If-Match` only if they are at that `rev`."""
    wishes = [each.wish() for each in json_body(PoliciesBody).policies]
    found = retention_policies.set_policies(asked.engine(), asked.actor(), wishes, rev=wanted_rev())
    return with_etag(present.retention(found), found.stored.rev)


@bp.post("/retention/preview")
@needs(Right.ADMINISTER)
@answers(present.PreviewShape, body=PreviewBody)
def preview_retention() -> Response:
    """What a clean-up would remove now: plays, files and bytes, and which policy wins for each flow."""
    given = json_body(PreviewBody).policies
    wishes = None if given is None else [each.wish() for each in given]
    return jsonify(present.preview(retention_preview.preview(asked.engine(), asked.actor(), wishes)))
