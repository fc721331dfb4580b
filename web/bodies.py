"""What a request says: JSON body, query or form in strict models, plain text, or files as they arrive."""

import json
import socket
from collections.abc import Collection, Iterator
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import parse_qsl

from flask import Request, current_app
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, WithJsonSchema
from werkzeug.exceptions import RequestEntityTooLarge

from flow8.domain.model import Model, problems_of
from flow8.domain.values import MAX_VALUE_BYTES, from_text
from flow8.errors import Invalid, Malformed, Problem, TooLarge, UnsupportedBody
from flow8.files.multipart import MULTIPART, Part, parts_of
from flow8.ids import ID
from web import asked
from web.patience import Patience, TooSlow

JSON: Final = frozenset({"application/json"})
JSON_OR_YAML: Final = JSON | {"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"}
FORM: Final = frozenset({"application/x-www-form-urlencoded"})
FORM_WITH_FILES: Final = frozenset({MULTIPART})
PIECE: Final = 64 * 1024
BROKEN_OFF: Final = "The body could not be read to its end."
MOST_FIELDS: Final = 1000
LARGEST: Final = MAX_VALUE_BYTES + 1024 * 1024
"""A body that is read whole holds everybody up a little, so it is at most one value and its dress."""

M = TypeVar("M", bound=Model)


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half a character, which cannot be stored") from None
    return text


def _id(text: str) -> str:
    if not ID.fullmatch(text):
        raise ValueError("must be the `next` of the page before")
    return text


class Nothing(Model):
    """A body without fields."""


Text = Annotated[str, AfterValidator(_whole)]
"""A text that may be stored; JSON can spell halves of characters, which no database takes."""
Cursor = Annotated[str, AfterValidator(_id), WithJsonSchema({"type": "string", "pattern": f"^{ID.pattern}$"})]
"""Where a page of newest records begins: the id of the last one of the page before."""


def _number(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("should be a number")  # noqa: TRY004 - pydantic lists it with the others
    return value


Flag = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, BeforeValidator(_number)]
Number = Annotated[float, BeforeValidator(_number)]
"""In JSON a number is no text, and true is no number; only a query has nothing but texts."""

_patience: Final = Patience()


def json_body(model: type[M]) -> M:
    """The JSON body in its model; no body at all counts as an empty object.

    Raises:
        UnsupportedBody: it is not sent as application/json.
        Malformed: it is no JSON; the message says where.
        Invalid: the model refuses it, every problem listed.
    """
    return _checked(model, whole_json_body(), "The body is not right.")


def whole_json_body() -> dict[str, Any]:
    """The JSON object of the body as it came; no body at all counts as an empty one.

    Raises:
        UnsupportedBody: it is not sent as application/json.
        Malformed: it is no JSON; the message says where.
        Invalid: it is no object.
    """
    body = raw_body(JSON)
    given = _json(body) if body else {}
    if not isinstance(given, dict):
        raise Invalid("The body is not right.", problems=[Problem("", "must be a JSON object")])
    return given


def query(model: type[M], lists: Collection[str] = ()) -> M:
    """The query in its model. Parameters named in `lists` may come several times, or as words with commas.

    Raises:
        Invalid: the model refuses it, or a parameter comes twice; every problem is listed.
    """
    given: dict[str, Any] = {}
    twice: list[Problem] = []
    for name, values in asked.current().args.lists():
        if name in lists:
            given[name] = [word for value in values for word in value.split(",") if word]
        elif len(values) > 1:
            twice.append(Problem(name, "is given more than once"))
        else:
            given[name] = values[0]
    if twice:
        raise Invalid("The query is not right.", problems=twice)
    return _checked(model, given, "The query is not right.")


def text_body() -> bytes:
    """The body as it came, sent as JSON or YAML.

    Raises:
        UnsupportedBody: it is sent as something else.
    """
    return raw_body(JSON_OR_YAML, "Send the body as application/json or application/yaml.")


def form() -> dict[str, str]:
    """The fields of a page's form; of a field that comes twice, the last.

    Raises:
        UnsupportedBody: it is not sent as a form.
        Malformed: it is no form, or one with far too many fields.
    """
    body = raw_body(FORM, "Send the form from its page.")
    try:
        return dict(
            parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
        )
    except ValueError as error:
        raise Malformed("The form could not be read.") from error


def any_body() -> bytes:
    """The whole body of whatever type, within the limits of size and time; empty when there is none.

    Raises:
        TooLarge: it is over max_request_size_mb, or over what is read whole.
        TooSlow: it took longer than read_timeout_seconds.
        Malformed: its sender went away.
    """
    request = asked.current()
    return b"".join(_limited(request, LARGEST)) if has_body(request) else b""


def any_pieces() -> Iterator[bytes]:
    """The body of whatever type, while it arrives; nothing is kept here. Raises as `any_body` does."""
    return _limited(asked.current())


def raw_body(types: Collection[str], advice: str | None = None) -> bytes:
    """The whole body, within the limits of size and time; empty when there is none.

    Raises:
        UnsupportedBody: its type is none of `types`, or it is compressed or not UTF-8 by its own word.
        TooLarge: it is over max_request_size_mb, or over what is read whole.
        TooSlow: it took longer than read_timeout_seconds.
        Malformed: its sender went away.
    """
    request = asked.current()
    if not has_body(request):
        return b""
    _must_be_of(request, types, advice)
    return b"".join(_limited(request, LARGEST))


def form_parts() -> Iterator[Part]:
    """The parts of a form with files, while they arrive; nothing is kept here. Raises as `raw_body` does."""
    request = asked.current()
    _must_be_of(
        request, FORM_WITH_FILES, "Send the file as a multipart form, as curl does with -F file=@name."
    )
    return parts_of(_limited(request), request.headers.get("Content-Type", ""))


def _must_be_of(request: Request, types: Collection[str], advice: str | None) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in types or charset not in {"utf-8", "us-ascii"}:
        raise UnsupportedBody(advice)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedBody("Send the body uncompressed.")


def _limited(request: Request, largest: int | None = None) -> Iterator[bytes]:
    """The body in pieces, `largest` bytes at most and never more than max_request_size_mb."""
    allowed = request.max_content_length or LARGEST
    most = request.max_content_length = allowed if largest is None else min(allowed, largest)
    if (request.content_length or 0) > most:
        raise _too_large(most)
    return _read(request)


def _too_large(most: int) -> TooLarge:
    is_the_setting = most == current_app.config["MAX_CONTENT_LENGTH"]
    return TooLarge(None if is_the_setting else f"The body may have {most} bytes at most here.")


def has_body(request: Request) -> bool:
    """Whether a request has a body."""
    return bool(request.content_length) or "chunked" in request.headers.get("Transfer-Encoding", "").lower()


def _read(request: Request) -> Iterator[bytes]:
    connection: socket.socket | None = request.environ.get("gunicorn.socket")
    if connection is None:
        yield from _pieces(request)
        return
    seconds = asked.settings().read_timeout_seconds
    with _patience.watching(connection, seconds) as reading:
        try:
            yield from _pieces(request)
        except Malformed as error:
            # Whatever the server made of it, the time was over.
            if reading.is_over:
                raise TooSlow from error
            raise


def _pieces(request: Request) -> Iterator[bytes]:
    length, taken = request.content_length or 0, 0
    while piece := _piece(request):
        taken += len(piece)
        yield piece
        if taken == length:
            return
    if taken < length:
        # Some servers end a broken body quietly, and half a text may look like a whole one.
        raise Malformed(BROKEN_OFF)


def _piece(request: Request) -> bytes:
    try:
        return request.stream.read(PIECE)
    except RequestEntityTooLarge:
        raise _too_large(request.max_content_length or LARGEST) from None
    except Exception as error:
        # What a server raises for broken chunks or a sender that went away is its own affair.
        raise Malformed(BROKEN_OFF) from error


def _json(body: bytes) -> Any:
    try:
        return from_text(body.decode())
    except UnicodeDecodeError as error:
        raise _broken(f"it is not UTF-8 at byte {error.start + 1}") from error
    except json.JSONDecodeError as error:
        raise _broken(f"{error.msg} at line {error.lineno} column {error.colno}") from error
    except ValueError as error:
        raise _broken(str(error)) from error


def _broken(why: str) -> Malformed:
    return Malformed(f"The body is not JSON: {why}.", problems=[Problem("", why)])


def _checked(model: type[M], given: Any, message: str) -> M:
    try:
        return model.model_validate(given, by_alias=True, by_name=False)
    except ValidationError as error:
        raise Invalid(message, problems=problems_of(error)) from error
