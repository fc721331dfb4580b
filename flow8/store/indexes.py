"""Every index, declared once. The company comes first wherever people ask."""

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import OperationFailure

from flow8.store.database import Documents

_EXISTS = {"$exists": True}
OTHER_INDEX_OF_THIS_NAME = (85, 86)
"""An earlier release declared an index of this name otherwise."""

INDEXES: dict[str, list[IndexModel]] = {
    "plays": [
        IndexModel([("companyId", ASCENDING), ("_id", DESCENDING)], name="list"),
        IndexModel(
            [("companyId", ASCENDING), ("flowId", ASCENDING), ("_id", DESCENDING)], name="list_of_flow"
        ),
        IndexModel(
            [("companyId", ASCENDING), ("flowId", ASCENDING), ("idempotencyKey", ASCENDING)],
            name="idempotency",
            unique=True,
            partialFilterExpression={"idempotencyKey": _EXISTS},
        ),
        IndexModel([("dueAt", ASCENDING)], name="due", sparse=True),
        IndexModel([("endedAt", ASCENDING)], name="ended", sparse=True),
        IndexModel([("slot", ASCENDING)], name="slot", sparse=True),
        IndexModel(
            [("companyId", ASCENDING), ("_id", ASCENDING)],
            name="waiting",
            partialFilterExpression={"state": "WAIT"},
        ),
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
    ],
    "flow_versions": [
        IndexModel(
            [("companyId", ASCENDING), ("flowId", ASCENDING), ("version", DESCENDING)], name="of_flow"
        ),
    ],
    "companies": [IndexModel([("slug", ASCENDING)], name="slug", unique=True)],
    "users": [IndexModel([("email", ASCENDING)], name="email", unique=True)],
    "sessions": [
        IndexModel([("expiresAt", ASCENDING)], name="expiry", expireAfterSeconds=0),
        IndexModel([("userId", ASCENDING)], name="of_user"),
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


def _ensure(database: Documents, collection: str, index: IndexModel) -> None:
    try:
        database[collection].create_indexes([index])
    except OperationFailure as error:
        if error.code not in OTHER_INDEX_OF_THIS_NAME:
            raise
        database[collection].drop_index(index.document["name"])
        database[collection].create_indexes([index])
