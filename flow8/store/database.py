"""The connection to MongoDB: how sure writes are, how long to wait, what its faults mean to people."""

from collections.abc import Sequence
from typing import Any, Final

from pymongo import MongoClient, WriteConcern
from pymongo.database import Database
from pymongo.errors import ConfigurationError, InvalidURI, OperationFailure, PyMongoError

from config.settings import Settings
from flow8.errors import Invalid, Problem, Unavailable

Document = dict[str, Any]
Documents = Database[Document]

SURE = WriteConcern(w="majority", j=True)
"""A write is there after any single machine or process died."""
QUICK = WriteConcern(w=1, j=False)
"""For what may be lost: bells, events, marks of last use."""

PATIENCE_MS = 5_000

REASONS: Final = (
    ("connection refused", "connect: connection refused"),
    ("name or service not known", "nobody knows its host name"),
    ("name does not resolve", "nobody knows its host name"),
    ("name resolution", "nobody knows its host name"),
    ("certificate verify failed", "its certificate is of nobody who is trusted here"),
    ("network is unreachable", "connect: network is unreachable"),
    ("connection closed", "it closed the connection"),
    ("connection reset", "it closed the connection"),
    ("broken pipe", "it closed the connection"),
    ("operation cancelled", "no answer in time"),
    ("timed out", "no answer in time"),
    ("timeout:", "no answer in time"),
)
"""What PyMongo says somewhere in its long sentences, and what is told of it."""
NOT_LOOKED_UP: Final = "MongoDB does not answer (its host name cannot be looked up); look whether it runs."


def open_database(settings: Settings, listeners: Sequence[Any] = ()) -> Documents:
    """Connect lazily; one client for each process, opened after any fork. `listeners` hear every command.

    Raises:
        Invalid: MONGODB_URI is not an address.
        Unavailable: the servers of a `mongodb+srv` address cannot be looked up.
    """
    if settings.mongodb_uri is None:
        raise Invalid("MONGODB_URI is not set, and no MongoDB of `./flow8core up` runs.")
    address, options = _address(settings.mongodb_uri, tls=settings.mongodb_ssl)
    try:
        client: MongoClient[Document] = MongoClient(
            address,
            tz_aware=True,
            appname="flow8",
            maxPoolSize=settings.mongodb_max_pool_size,
            serverSelectionTimeoutMS=PATIENCE_MS,
            # Also how long the monitor waits: a loop that is busy must not take MongoDB for dead.
            connectTimeoutMS=20_000,
            socketTimeoutMS=60_000,
            event_listeners=listeners,
            **options,
        )
    except (InvalidURI, ConfigurationError, ValueError) as error:
        if _is_of_names(error):
            raise Unavailable(NOT_LOOKED_UP) from error
        problem = Problem("MONGODB_URI", f"is not an address of a MongoDB: {type(error).__name__}")
        raise Invalid("MONGODB_URI cannot be used.", problems=[problem]) from None
    return client.get_database(settings.mongodb_db, write_concern=SURE)


def _is_of_names(error: Exception) -> bool:
    """Whether the name service failed, which PyMongo tells like an address that is none."""
    return type(error.__cause__).__module__.startswith("dns.")


def _address(uri: str, *, tls: bool | None) -> tuple[str, dict[str, Any]]:
    """The address, and what to say beside it: where MONGODB_SSL speaks, the address has no say about TLS."""
    if tls is None:
        return uri, {}
    head, mark, query = uri.partition("?")
    kept = [each for each in query.split("&") if each.partition("=")[0].lower() not in {"tls", "ssl"}]
    return f"{head}{mark}{'&'.join(kept)}", {"tls": tls}


def reason_of(error: PyMongoError) -> str:
    """Why MongoDB does not answer, in words that repeat no address and no credentials."""
    said = str(error).lower()
    return next((told for sign, told in REASONS if sign in said), type(error).__name__)


def connections_in_use(database: Documents) -> int:
    """How many connections of the client are in use.

    The driver tells this only by events at each command, which would cost more than the figure is worth.
    """
    servers = database.client._topology._servers.values()  # noqa: SLF001 - nothing public tells it
    return sum(server.pool.active_sockets for server in servers)


class _FaultsInWords:
    """One object for every use: it keeps nothing, and stands around each thing that is asked of MongoDB."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OperationFailure):
            raise Unavailable(f"MongoDB refuses this (code {error.code}); look into its log.") from error
        if isinstance(error, PyMongoError):
            told = f"MongoDB does not answer ({reason_of(error)}); look whether it runs."
            raise Unavailable(told) from error


_FAULTS_IN_WORDS = _FaultsInWords()


def faults_in_words() -> _FaultsInWords:
    """Turn a fault of the connection into `Unavailable`, without repeating addresses or credentials."""
    return _FAULTS_IN_WORDS
