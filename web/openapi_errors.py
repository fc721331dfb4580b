"""Which errors a route may answer, by status: what follows from what it takes, and what it names."""

from collections import defaultdict
from typing import Any, Final

from web.describe import Description
from web.policy import Policy

ERROR_REF: Final = "#/components/schemas/Error"
ERROR_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Every refusal. `details` names each field that is not right.",
    "required": ["error", "message", "statusCode", "requestId", "details"],
    "properties": {
        "error": {"type": "string", "description": "A code for programs, such as FLOW_NOT_FOUND."},
        "message": {"type": "string", "description": "A sentence for people, with what to do next."},
        "statusCode": {"type": "integer"},
        "requestId": {"type": "string"},
        "details": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
CODES: Final[dict[int, tuple[str, ...]]] = {
    401: ("SESSION_NEEDED", "WRONG_CREDENTIALS", "WRONG_PASSWORD"),
    403: ("NOT_AN_APPROVER", "REQUESTER_EXCLUDED"),
    404: (
        "CHANNEL_NOT_FOUND",
        "COMPANY_NOT_FOUND",
        "COMPONENT_NOT_FOUND",
        "FILE_GONE",
        "FILE_NOT_FOUND",
        "FLOW_NOT_FOUND",
        "FLOW_VERSION_NOT_FOUND",
        "GRANT_NOT_FOUND",
        "GROUP_NOT_FOUND",
        "ITERATIONS_GONE",
        "KEY_NOT_FOUND",
        "KV_NOT_FOUND",
        "LAYER_NOT_FOUND",
        "LINK_NOT_FOUND",
        "LOOP_NOT_FOUND",
        "MICROSOFT_OFF",
        "MODULE_NOT_FOUND",
        "PLAY_NOT_FOUND",
        "ROUTE_NOT_FOUND",
        "SCHEDULE_NOT_FOUND",
        "USER_GROUP_NOT_FOUND",
        "USER_NOT_FOUND",
    ),
    409: (
        "CHANNEL_CHANGED",
        "CHANNEL_EXISTS",
        "COMPANY_EXISTS",
        "COMPANY_NOT_EMPTY",
        "COMPONENT_CHANGED",
        "COMPONENT_EXISTS",
        "COMPONENT_IN_USE",
        "DRAFT_CHANGED",
        "FLOW_DISABLED",
        "FLOW_EXISTS",
        "FLOW_NOT_PUBLISHED",
        "GRANT_EXISTS",
        "GROUP_EXISTS",
        "GROUP_NOT_EMPTY",
        "IDEMPOTENCY_MISMATCH",
        "IRREVERSIBLE_AGAIN",
        "KV_CHANGED",
        "KV_EXISTS",
        "LAST_ADMINISTRATOR",
        "LAST_COMPANY",
        "LINK_CHANGED",
        "LINK_EXISTS",
        "LINK_IN_USE",
        "NOT_WAITING",
        "PLAY_FINISHED",
        "PLAY_NOT_FINISHED",
        "RETENTION_CHANGED",
        "SCHEDULE_CHANGED",
        "UNPUBLISHED_EDITS",
        "USER_EXISTS",
        "USER_GROUP_EXISTS",
        "USER_SHARED",
    ),
    426: ("UPGRADE_REQUIRED",),
    428: ("PRECONDITION_REQUIRED",),
    429: ("TOO_MANY_TRIES",),
    503: ("DISK_FULL", "NO_FREE_PORT", "STORAGE_FAILED", "TOO_MANY_PLAYS", "TOO_MANY_SOCKETS"),
}
"""The codes that routes name, by the status that they come with."""
STATUS_OF: Final = {code: status for status, codes in CODES.items() for code in codes}


def statuses_of(policy: Policy, description: Description, *, has_path: bool) -> dict[int, list[str]]:
    """Every status of a refusal with its codes, in order."""
    found: dict[int, list[str]] = defaultdict(list)
    if not policy.public:
        found[401].append("UNAUTHORIZED")
        found[403].append("DENIED")
    has_text = description.body is not None or description.text_body
    if has_text or description.file_body:
        found[400].append("MALFORMED")
        found[413].append("TOO_LARGE")
        found[415].append("UNSUPPORTED_MEDIA_TYPE")
    if description.if_match and "MALFORMED" not in found[400]:
        found[400].append("MALFORMED")
    if description.query is not None or has_text or description.file_body:
        found[422].append("INVALID")
    if has_path and not any(STATUS_OF[code] == 404 for code in description.errors):  # noqa: PLR2004 - not found
        found[404].append("NOT_FOUND")
    found[503].append("UNAVAILABLE")
    for code in description.errors:
        found[STATUS_OF[code]].append(code)
    return {status: found[status] for status in sorted(found) if found[status]}
