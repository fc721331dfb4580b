"""What a route takes and answers, said beside it: the API's description is made of this, and of nothing else.

The models that stand here are those that check the requests. The shapes of answers are types that the
functions of `web/present` are held to by the type checker, so that no request pays for them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeVar

from pydantic import BaseModel

View = Callable[..., Any]
V = TypeVar("V", bound=View)

JSON: Final = "application/json"
ETAG: Final = r'^(\*|(W/)?"[^"]*")$'
"""What an If-Match looks like."""
REV: Final = r'^(\*|"[0-9]{1,18}")$'
"""What it looks like where the ETag is the `rev` of a record."""


@dataclass(frozen=True)
class Description:
    """What one view takes and answers.

    `answer` is the type of its usual answer, None for an empty one; `also` those under other statuses.
    `errors` are the codes that it may answer beside those of every route, `headers` those of requests with a
    sentence each; `if_match` is the pattern of that one, True for any ETag. `or_text` is the media type of
    the same answer as text, for callers that ask for it. With `file_body` the view takes one file, as a form.
    """

    answer: Any
    status: int = HTTPStatus.OK
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    text_body: bool = False
    file_body: bool = False
    also: Mapping[int, Any] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = JSON
    or_text: str | None = None
    etag: bool = False
    if_match: bool | str = False


_DESCRIPTIONS: dict[View, Description] = {}


def answers(answer: Any, status: int = HTTPStatus.OK, **more: Any) -> Callable[[V], V]:
    """Say what a view answers, and with fields of `Description` what it takes."""
    description = Description(answer, status, **more)

    def declare(view: V) -> V:
        _DESCRIPTIONS[view] = description
        return view

    return declare


def description_of(view: View | None) -> Description | None:
    """What a view says of itself; None when it says nothing."""
    return None if view is None else _DESCRIPTIONS.get(view)
