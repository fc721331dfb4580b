"""Reads the body of a request by its declared type."""

from collections.abc import Iterable
from email.message import Message
from json import JSONDecodeError
from typing import Any, Final
from urllib.parse import parse_qsl

from flow8.domain.values import from_text
from flow8.errors import Malformed, UnsupportedBody
from flow8.ingress.exchange import Content, Inbound

MOST_FIELDS: Final = 1000
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
TEXT_TYPES: Final = ("text/", "application/xml")
DEEPEST: Final = 100
CHARSETS: Final = frozenset(
    {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "iso-8859-15", "windows-1252", "utf-16"}
)


NOTHING: Final = Content()


def read_body(inbound: Inbound) -> Content:
    """The content of a body; without a Content-Type it is taken for JSON.

    One that holds files was read before, while it arrived.

    Raises:
        Malformed: the body is not what its type says; the message tells where.
        UnsupportedBody: it is compressed, in a charset that nobody knows, or holds files.
    """
    if inbound.content is not None:
        return inbound.content
    if not inbound.body:
        return NOTHING
    must_be_as_it_is(inbound)
    declared, kind = _declared(inbound), kind_of(inbound)
    if holds_files(inbound):
        raise UnsupportedBody(f"Send JSON, text or {FORM} here, not '{kind[:100]}'.")
    if _is_json(kind):
        return Content(json_of(inbound.body), is_there=True)
    if kind == FORM:
        return Content(fields_of(_decoded(inbound.body, "utf-8")), is_there=True, is_text=True)
    return Content(_decoded(inbound.body, _charset(declared)), is_there=True)


def must_be_as_it_is(inbound: Inbound) -> None:
    """Go on only with a body that is not compressed.

    Raises:
        UnsupportedBody: it is.
    """
    if inbound.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedBody("Send the body as it is, without Content-Encoding.")


def holds_files(inbound: Inbound) -> bool:
    """Whether the body, by its type, is a form with files or a file itself: neither JSON nor text."""
    kind = kind_of(inbound)
    return not (_is_json(kind) or kind == FORM or kind.startswith(TEXT_TYPES) or kind.endswith("+xml"))


def kind_of(inbound: Inbound) -> str:
    """The type of the body without its parameters."""
    return _declared(inbound).partition(";")[0].strip().lower()


def _declared(inbound: Inbound) -> str:
    return inbound.headers.get("content-type", "").strip() or JSON


def _is_json(kind: str) -> bool:
    return kind == JSON or kind.endswith("+json")


def fields_of(text: str) -> dict[str, str | list[str]]:
    """The fields of a query or a form; a name that comes several times gives a list.

    Raises:
        Malformed: there are too many fields.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS) if text else []
    except ValueError:
        raise Malformed(f"There are more than {MOST_FIELDS} fields.") from None
    fields: dict[str, str | list[str]] = {}
    for name, value in pairs:
        known = fields.get(name)
        if known is None:
            fields[name] = value
        else:
            fields[name] = [*known, value] if isinstance(known, list) else [known, value]
    return fields


def raw_text(inbound: Inbound) -> str | None:
    """The body as text, for `$request.rawBody`; bytes that are not UTF-8 become the replacement sign.

    There is none of a body that holds files.
    """
    if inbound.content is not None:
        return None
    return inbound.body.decode("utf-8", errors="replace")


def json_of(body: bytes, what: str = "body") -> Any:
    """The value of a JSON text.

    Raises:
        Malformed: it is none, or nested too deeply; the message tells where.
    """
    try:
        value = from_text(body)
    except JSONDecodeError as error:
        where = f"at line {error.lineno} column {error.colno} (character {error.pos})"
        raise Malformed(f"The {what} is not JSON: {error.msg} {where}.") from None
    except UnicodeDecodeError as error:
        raise Malformed(f"The {what} is not JSON: byte {error.start} is not UTF-8.") from None
    except ValueError as error:
        raise Malformed(f"The {what} is not JSON: {error}.") from None
    if body.count(b"[") + body.count(b"{") > DEEPEST and _is_deep(value):
        raise Malformed(f"The {what} is nested more than {DEEPEST} levels deep.")
    return value


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _parts(outer) if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _decoded(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset)
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not {charset} text: byte {error.start} does not fit.") from None


def _charset(declared: str) -> str:
    header = Message()
    header["Content-Type"] = declared
    charset = (header.get_content_charset() or "utf-8").lower()
    if charset not in CHARSETS:
        raise UnsupportedBody("Send text in UTF-8.")
    return charset
