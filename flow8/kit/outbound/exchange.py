"""One HTTP exchange on one connection: sends, reads the whole answer, keeps the time and the size."""

import contextlib
import http.client
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from flow8.kit.errors import Failed
from flow8.kit.headers import header_name, header_value
from flow8.kit.kinds import RequestResponse
from flow8.kit.outbound.target import Target

CHUNK = 64 * 1024
OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"})
"""Headers that frame the exchange; a flow that set them could make one request look like two."""
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True)
class Sending:
    """What is sent, until when (on the monotonic clock), and how large its answer may be."""

    method: str
    target: Target
    headers: Mapping[str, str]
    body: bytes | None
    ends_at: float
    max_bytes: int


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers, fit to be sent.

    Raises:
        Failed: for good, naming the header that is not right.
    """
    for name, value in headers.items():
        if name.lower() in OURS:
            raise Failed(f"The header {name} is set by flow8; leave it out", final=True, code="BAD_HEADER")
        try:
            header_name(name), header_value(value)
        except ValueError as error:
            raise Failed(
                f"The header {name!r} is not right: {error}", final=True, code="BAD_HEADER"
            ) from None
    return dict(headers)


def exchange(wire: http.client.HTTPConnection, sending: Sending) -> tuple[RequestResponse, bool]:
    """The whole answer, and whether the connection may serve another exchange.

    Raises:
        OSError, http.client.HTTPException: the connection broke.
        Failed: the answer is over `max_bytes`.
    """
    # A server may refuse a large body before it has read it all; its answer says why.
    with contextlib.suppress(BrokenPipeError):
        _send(wire, sending)
    response = wire.getresponse()
    try:
        body = _read(response, sending.max_bytes)
        answer = RequestResponse(response.status, _headers(response), body, sending.target.url)
        return answer, not response.will_close and response.status >= http.client.OK
    finally:
        response.close()


def _send(wire: http.client.HTTPConnection, sending: Sending) -> None:
    wire.putrequest(sending.method, sending.target.path, skip_host=True, skip_accept_encoding=True)
    wire.putheader("Host", sending.target.host_header)
    for name, value in sending.headers.items():
        wire.putheader(name, value.encode())
    if sending.body is not None or sending.method in WITH_BODY:
        wire.putheader("Content-Length", str(len(sending.body or b"")))
    wire.endheaders(sending.body or None)


def _read(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    unpack = _Unpack(response.getheader("content-encoding", ""), max_bytes)
    if (response.length or 0) > max_bytes:
        raise too_large(max_bytes)
    pieces, size = [], 0
    while piece := response.read1(CHUNK):
        pieces.append(unpack.more(piece))
        size += len(pieces[-1])
        if size > max_bytes:
            raise too_large(max_bytes)
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    unpack.check_end(size)
    return b"".join(pieces)


class _Unpack:
    """Undoes gzip or deflate, which some servers apply unasked, up to a size."""

    def __init__(self, encoding: str, max_bytes: int) -> None:
        packed = encoding.strip().lower() in {"gzip", "x-gzip", "deflate"}
        self._zip = zlib.decompressobj(zlib.MAX_WBITS | 32) if packed else None
        self._room = max_bytes + 1

    def more(self, piece: bytes) -> bytes:
        """The piece, unpacked; never much over the size."""
        if self._zip is None:
            return piece
        try:
            return self._zip.decompress(piece, self._room)
        except zlib.error as error:
            raise http.client.HTTPException("its compressed answer is broken") from error

    def check_end(self, size: int) -> None:
        """Refuse a compressed answer that ends too early."""
        if self._zip is not None and not self._zip.eof and size:
            raise http.client.HTTPException("its compressed answer ends too early")


def _headers(response: http.client.HTTPResponse) -> dict[str, str]:
    """Lower-case names; values of a name that came more than once joined, set-cookie by line."""
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        key, text = name.lower(), _as_utf8(value)
        glue = "\n" if key == "set-cookie" else ", "
        headers[key] = f"{headers[key]}{glue}{text}" if key in headers else text
    return headers


def _as_utf8(value: str) -> str:
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def too_large(max_bytes: int) -> Failed:
    """What a flow is told about an answer over the limit."""
    return Failed(f"The answer is larger than {max_bytes} bytes", final=True, code="TOO_LARGE")
