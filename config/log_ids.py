"""What a log line is about: the ids of the play, the company and the request that are worked on here.

They stand in the context, which a greenlet, a task and a thread have for themselves. Setting them costs less
than a microsecond; only a line that is written looks at them.
"""

from collections.abc import Mapping
from contextvars import ContextVar, Token
from typing import Final

NAMES: Final = ("company_id", "play_id", "request_id")
"""The ids there are, in the order of their lines."""

Ids = Mapping[str, str]

_NOTHING: Final[Ids] = {}
_IDS: Final[ContextVar[Ids]] = ContextVar("flow8_log_ids", default=_NOTHING)


def current() -> Ids:
    """The ids of whatever is done here, by name; what is not known is not there."""
    return _IDS.get()


def begin(**ids: str | None) -> None:
    """From now on this is about these, and about nothing that came before."""
    _IDS.set(_known(_NOTHING, ids))


def add(**ids: str | None) -> None:
    """These are known by now, too."""
    _IDS.set(_known(_IDS.get(), ids))


def _known(before: Ids, more: Mapping[str, str | None]) -> Ids:
    return {**before, **{name: value for name, value in more.items() if value}}


class About:
    """A while in which everything is about these ids: `with About(company_id=..., play_id=...)`."""

    __slots__ = ("_ids", "_token")

    def __init__(self, **ids: str | None) -> None:
        self._ids = ids
        self._token: Token[Ids] | None = None

    def __enter__(self) -> None:
        self._token = _IDS.set(_known(_IDS.get(), self._ids))

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _IDS.reset(self._token)
