"""Every index, declared once. The company comes first wherever people ask."""

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import OperationFailure

from flow8.store.database import Documents
from flow8.store.firings import KEPT as FIRINGS_KEPT

_EXISTS = {"$exists": True}
OTHER_INDEX_OF_THIS_NAME = (85, 86)
"""An earlier release declared an index of this name otherwise."""

INDEXES: dict[str, list[IndexModel]] = {
    "plays": [
        IndexModel([("companyId", ASCENDING), ("_id", DESCENDING)], name="list"),
        IndexModel(
            [("companyId", ASCENDING), ("flowId", ASCENDING), ("state", ASCENDING), ("_id", DESCENDING)],
            name="list_of_flow",
        ),
        IndexModel(
            [("companyId", ASCENDING), ("state", ASCENDING), ("_id", DESCENDING)], name="list_of_state"
        ),
        IndexModel(
            [("companyId", ASCENDING), ("origin.door", ASCENDING), ("_id", DESCENDING)],
            name="list_of_trigger",
        ),
        IndexModel(
            [("companyId", ASCENDING), ("words", ASCENDING), ("_id", DESCENDING)],
            name="list_of_word",
            partialFilterExpression={"words": _EXISTS},
        ),
        IndexModel(
            [("companyId", ASCENDING), ("flowId", ASCENDING), ("idempotencyKey", ASCENDING)],
            name="idempotency",
            unique=True,
            partialFilterExpression={"idempotencyKey": _EXISTS},
        ),
        IndexModel([("dueAt", ASCENDING)], name="due", sparse=True),
        IndexModel(
            [("endedAt", ASCENDING), ("companyId", ASCENDING), ("flowId", ASCENDING)],
            name="ended_of_flow",
            partialFilterExpression={"endedAt": _EXISTS},
        ),
        IndexModel([("rerunOf", ASCENDING)], name="reruns", sparse=True),
        IndexModel([("slot", ASCENDING)], name="slot", sparse=True),
    ],
    "iterations": [
        IndexModel(
            [("playId", ASCENDING), ("loop", ASCENDING), ("state", ASCENDING), ("index", ASCENDING)],
            name="of_loop",
        )
    ],
    "payloads": [IndexModel([("playId", ASCENDING)], name="of_play")],
    "flows": [
        IndexModel([("companyId", ASCENDING), ("permanentId", ASCENDING)], name="permanent_id", unique=True),
        IndexModel(
            [("companyId", ASCENDING), ("groupId", ASCENDING), ("permanentId", ASCENDING)], name="of_group"
        ),
    ],
    "groups": [
        IndexModel([("companyId", ASCENDING), ("name", ASCENDING)], name="name", unique=True),
        IndexModel([("companyId", ASCENDING), ("parentId", ASCENDING)], name="inside"),
    ],
    "flow_versions": [
        IndexModel(
            [("companyId", ASCENDING), ("flowId", ASCENDING), ("version", DESCENDING)], name="of_flow"
        ),
    ],
    "companies": [IndexModel([("slug", ASCENDING)], name="slug", unique=True)],
    "users": [
        IndexModel([("email", ASCENDING)], name="email", unique=True),
        IndexModel([("roles.$**", ASCENDING)], name="of_company"),
        IndexModel(
            [("microsoft", ASCENDING)],
            name="microsoft",
            unique=True,
            partialFilterExpression={"microsoft": _EXISTS},
        ),
    ],
    "sessions": [
        IndexModel([("expiresAt", ASCENDING)], name="expiry", expireAfterSeconds=0),
        IndexModel([("userId", ASCENDING)], name="of_user"),
    ],
    "tickets": [IndexModel([("expiresAt", ASCENDING)], name="expiry", expireAfterSeconds=0)],
    "trips": [IndexModel([("expiresAt", ASCENDING)], name="expiry", expireAfterSeconds=0)],
    "attempts": [IndexModel([("forgetAt", ASCENDING)], name="expiry", expireAfterSeconds=0)],
    "user_groups": [
        IndexModel([("companyId", ASCENDING), ("name", ASCENDING)], name="name", unique=True),
        IndexModel([("companyId", ASCENDING), ("userIds", ASCENDING)], name="of_user"),
    ],
    "access": [
        IndexModel(
            [
                ("companyId", ASCENDING),
                ("userId", ASCENDING),
                ("userGroupId", ASCENDING),
                ("flowId", ASCENDING),
                ("groupId", ASCENDING),
            ],
            name="once",
            unique=True,
        ),
        IndexModel([("companyId", ASCENDING), ("userGroupId", ASCENDING)], name="of_user_group"),
        IndexModel([("companyId", ASCENDING), ("flowId", ASCENDING)], name="on_flow"),
        IndexModel([("companyId", ASCENDING), ("groupId", ASCENDING)], name="on_group"),
    ],
    "api_keys": [IndexModel([("companyId", ASCENDING), ("_id", ASCENDING)], name="list")],
    "channels": [
        IndexModel([("companyId", ASCENDING), ("slug", ASCENDING)], name="slug", unique=True),
        IndexModel(
            [("port", ASCENDING)],
            name="port",
            unique=True,
            partialFilterExpression={"port": {"$gt": 0}},
        ),
    ],
    "schedules": [
        IndexModel([("companyId", ASCENDING), ("name", ASCENDING), ("_id", ASCENDING)], name="list"),
        IndexModel([("companyId", ASCENDING), ("flowId", ASCENDING)], name="of_flow"),
        IndexModel([("dueAt", ASCENDING)], name="due"),
    ],
    "firings": [
        IndexModel([("scheduleId", ASCENDING), ("dueAt", DESCENDING)], name="once", unique=True),
        IndexModel(
            [
                ("companyId", ASCENDING),
                ("scheduleId", ASCENDING),
                ("state", ASCENDING),
                ("dueAt", DESCENDING),
            ],
            name="list_of_state",
        ),
        IndexModel(
            [("scheduleId", ASCENDING), ("dueAt", ASCENDING)],
            name="open",
            partialFilterExpression={"state": "open"},
        ),
        IndexModel(
            [("settledAt", ASCENDING)], name="expiry", expireAfterSeconds=int(FIRINGS_KEPT.total_seconds())
        ),
    ],
    "channel_requests": [IndexModel([("companyId", ASCENDING), ("_id", ASCENDING)], name="of_company")],
    "channel_answers": [
        IndexModel(
            [("companyId", ASCENDING), ("caller", ASCENDING), ("n", ASCENDING)], name="number", unique=True
        ),
        IndexModel(
            [("companyId", ASCENDING), ("caller", ASCENDING), ("message", ASCENDING)],
            name="message",
            unique=True,
        ),
        IndexModel([("expiresAt", ASCENDING)], name="expiry", expireAfterSeconds=0),
    ],
    "signatures": [
        IndexModel([("companyId", ASCENDING), ("digest", ASCENDING)], name="once", unique=True),
        IndexModel([("expiresAt", ASCENDING)], name="expiry", expireAfterSeconds=0),
    ],
    "data_keys": [
        IndexModel([("companyId", ASCENDING), ("version", DESCENDING)], name="version", unique=True)
    ],
    "kv": [
        IndexModel(
            [("companyId", ASCENDING), ("key", ASCENDING), ("scope", ASCENDING), ("scopeId", ASCENDING)],
            name="key",
            unique=True,
        ),
    ],
    "components": [
        IndexModel([("companyId", ASCENDING), ("name", ASCENDING)], name="name", unique=True),
        IndexModel(
            [("companyId", ASCENDING), ("kind", ASCENDING), ("defaultSince", DESCENDING)], name="default"
        ),
    ],
    "links": [IndexModel([("companyId", ASCENDING), ("name", ASCENDING)], name="name", unique=True)],
    "notices": [
        IndexModel(
            [("dueAt", ASCENDING), ("about", ASCENDING), ("companyId", ASCENDING)], name="due", sparse=True
        ),
        IndexModel([("about", ASCENDING), ("dueAt", ASCENDING)], name="of_subject"),
        IndexModel([("claim", ASCENDING)], name="claim", sparse=True),
        IndexModel([("playId", ASCENDING)], name="of_play"),
        IndexModel([("forgetAt", ASCENDING)], name="expiry", expireAfterSeconds=0),
    ],
    "notice_paces": [IndexModel([("forgetAt", ASCENDING)], name="expiry", expireAfterSeconds=0)],
    "files": [
        IndexModel([("companyId", ASCENDING), ("playIds", ASCENDING)], name="of_play"),
        IndexModel([("playIds", ASCENDING)], name="held"),
        IndexModel([("dueAt", ASCENDING)], name="due"),
    ],
    "probes": [IndexModel([("at", ASCENDING)], name="expiry", expireAfterSeconds=3600)],
    "retention": [IndexModel([("companyId", ASCENDING)], name="of_company", unique=True)],
    "audit": [
        IndexModel([("companyId", ASCENDING), ("seq", ASCENDING)], name="chain"),
        IndexModel([("companyId", ASCENDING), ("at", ASCENDING), ("seq", ASCENDING)], name="of_time"),
        IndexModel([("companyId", ASCENDING), ("actor", ASCENDING), ("seq", ASCENDING)], name="of_actor"),
        IndexModel([("companyId", ASCENDING), ("action", ASCENDING), ("seq", ASCENDING)], name="of_action"),
        IndexModel([("companyId", ASCENDING), ("subject", ASCENDING), ("seq", ASCENDING)], name="of_subject"),
    ],
}


def ensure_indexes(database: Documents) -> None:
    """Make what is missing; safe to run from several processes at once."""
    for collection, indexes in INDEXES.items():
        for index in indexes:
            _ensure(database, collection, index)


def missing_indexes(database: Documents) -> list[str]:
    """The indexes that are not there, as `collection.name`."""
    return [
        f"{collection}.{index.document['name']}"
        for collection, indexes in INDEXES.items()
        for there in [{each["name"] for each in database[collection].list_indexes()}]
        for index in indexes
        if index.document["name"] not in there
    ]


def _ensure(database: Documents, collection: str, index: IndexModel) -> None:
    try:
        database[collection].create_indexes([index])
    except OperationFailure as error:
        if error.code not in OTHER_INDEX_OF_THIS_NAME:
            raise
        database[collection].drop_index(index.document["name"])
        database[collection].create_indexes([index])
