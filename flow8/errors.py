"""The errors that flow8 shows to people.

Each class carries the HTTP status and the code that the API promises; its docstring is its message unless
one is given. Doors translate them, nobody else does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with what was given: where (`flowlets[2].args.values`) and what, with the fix."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class Flow8Error(Exception):
    """Something went wrong inside flow8; look at the log under the request id."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "INTERNAL"

    def __init__(
        self, message: str | None = None, *, code: str | None = None, problems: Sequence[Problem] = ()
    ) -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.error_code = code or type(self).code
        self.problems = tuple(problems)
        super().__init__(self.message)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  {problem}" for problem in self.problems)])


class Malformed(Flow8Error):
    """The request could not be read."""

    status = 400
    code = "MALFORMED"


class Unauthorized(Flow8Error):
    """Sign in first, or send an API key as 'Authorization: Bearer f8_...'."""

    status = 401
    code = "UNAUTHORIZED"


class Denied(Flow8Error):
    """You may not do this; ask an administrator of the company for the right."""

    status = 403
    code = "DENIED"


class NotFound(Flow8Error):
    """There is no such thing, or it is not yours to see."""

    status = 404
    code = "NOT_FOUND"


class Conflict(Flow8Error):
    """This does not fit what is stored already."""

    status = 409
    code = "CONFLICT"


class TooLarge(Flow8Error):
    """The body is larger than the limit max_request_size_mb allows."""

    status = 413
    code = "TOO_LARGE"


class UnsupportedBody(Flow8Error):
    """Send the body as application/json."""

    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"


class Invalid(Flow8Error):
    """Some fields are not right; each is listed with its path."""

    status = 422
    code = "INVALID"


class TooMany(Flow8Error):
    """Too many requests; wait a little and try again."""

    status = 429
    code = "TOO_MANY_REQUESTS"

    def __init__(self, message: str | None = None, *, code: str | None = None, retry_after: int = 30) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Unavailable(Flow8Error):
    """flow8 cannot do this right now; try again in a moment."""

    status = 503
    code = "UNAVAILABLE"
