"""What authors test modules with: a context whose storage is in memory and whose servers are recordings."""

import base64
import hashlib
import json
import mimetypes
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flow8.domain.file_value import safe_name, safe_type
from flow8.kit.binding import bind
from flow8.kit.errors import Failed
from flow8.kit.fields import Fields, to_json
from flow8.kit.files import FileValue
from flow8.kit.kinds import KvValue, Letter, Posted, RequestResponse, Stored
from flow8.kit.link import Link
from flow8.kit.mail import message_id, recipients_of
from flow8.kit.module import Example, Module
from flow8.kit.paths import storage_parts

FILE_PIECE = 256 * 1024


class MemoryStorage:
    """Kind `storage` in memory; `files` may be looked at and changed by a test."""

    def __init__(self, files: Mapping[str, str | bytes] | None = None) -> None:
        self.files: dict[str, bytes] = {}
        for path, data in (files or {}).items():
            self.write(path, data.encode() if isinstance(data, str) else data)

    def read(self, path: str, *, max_bytes: int) -> bytes:
        """The bytes of a file.

        Raises:
            Failed: no such file, a path that leaves the root, or a file over `max_bytes`.
        """
        storage_parts(path)
        if any(each.startswith(f"{path}/") for each in self.files):
            raise Failed(f"{path!r} is a folder", final=True, code="NOT_A_FILE")
        if path not in self.files:
            raise Failed(f"There is no file {path!r} in storage", code="FILE_NOT_FOUND")
        if len(self.files[path]) > max_bytes:
            raise Failed(f"The file {path!r} is larger than {max_bytes} bytes", final=True, code="TOO_LARGE")
        return self.files[path]

    def write(self, path: str, data: bytes) -> Stored:
        """Write the whole file, replacing what was there.

        Raises:
            Failed: a path that leaves the root, is a folder, or goes through a file.
        """
        parts = storage_parts(path)
        above = {"/".join(parts[:depth]) for depth in range(1, len(parts))}
        if above & self.files.keys() or any(each.startswith(f"{path}/") for each in self.files):
            raise Failed(f"{path!r} is a folder or goes through a file", final=True, code="NOT_A_FILE")
        self.files[path] = bytes(data)
        return Stored(path, len(data), hashlib.sha256(data).hexdigest())


@dataclass(frozen=True)
class Sent:
    """One request as a module sent it."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    follow_redirects: bool


class FakeRequest:
    """Kind `request`, answering from recordings in their order.

    A recording is `{"method", "url", "status", "headers", "body"}`; a body that is not text is sent as JSON,
    `{"base64": …}` as bytes. A request that the recording does not expect is an error of the test.
    """

    def __init__(self, calls: Sequence[Mapping[str, Any]] = ()) -> None:
        self.left = list(calls)
        self.sent: list[Sent] = []

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        seconds: float,
        follow_redirects: bool,
        max_bytes: int,
    ) -> RequestResponse:
        """The next recorded answer.

        Raises:
            Failed: the recording's body is over `max_bytes`, or no time is left.
        """
        if seconds <= 0:
            raise Failed("The server did not answer in time", code="TIMEOUT")
        self.sent.append(Sent(method, url, headers, body, follow_redirects))
        call = self.left.pop(0) if self.left else {}
        if (call.get("method", "GET"), call.get("url")) != (method, url):
            raise AssertionError(f"no recording for {method} {url}; next is {call or 'nothing'}")
        answer = {name.lower(): value for name, value in call.get("headers", {}).items()}
        data = b"" if method == "HEAD" else _body(call.get("body"))
        if len(data) > max_bytes:
            raise Failed(f"The answer is larger than {max_bytes} bytes", final=True, code="TOO_LARGE")
        if not isinstance(call.get("body"), str | None) and not _is_bytes(call["body"]):
            answer.setdefault("content-type", "application/json")
        return RequestResponse(call.get("status", 200), answer, data, url)


class MemoryMail:
    """Kind `mail` that keeps letters in `sent`; its domain is example.com."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []

    def send(self, letter: Letter, *, seconds: float) -> Posted:
        """Keep a letter.

        Raises:
            Failed: no time is left.
        """
        if seconds <= 0:
            raise Failed("The mail server did not answer in time", code="TIMEOUT")
        self.sent.append(letter)
        return Posted(message_id(letter.key, "flow8@example.com"), tuple(recipients_of(letter)))


class MemoryKv:
    """Kind `kv` in memory; `entries` are those of the scope `flow`, and may be looked at by a test."""

    def __init__(self, entries: Mapping[str, Any] | None = None) -> None:
        self.entries = {("flow", key): KvValue(value, 1) for key, value in (entries or {}).items()}
        self.secrets: set[tuple[str, str]] = set()

    def get(self, key: str, *, scope: str | None = None) -> KvValue | None:
        """A readable entry.

        Raises:
            Failed: it is secret.
        """
        scopes = ("flow", "flow_group", "global") if scope is None else (scope,)
        where = next(((each, key) for each in scopes if (each, key) in self.entries), None)
        if where in self.secrets:
            raise Failed(f"'{key}' is secret", final=True, code="KV_SECRET")
        return None if where is None else self.entries[where]

    def set(
        self, key: str, value: Any, *, scope: str = "flow", secret: bool = False, if_rev: int | None = None
    ) -> int:
        """Write an entry.

        Raises:
            Failed: it is not at `if_rev`.
        """
        old = self.entries.get((scope, key), KvValue(None, 0))
        if if_rev is not None and if_rev != old.rev:
            raise Failed(f"'{key}' is at rev {old.rev}, not {if_rev}", final=True, code="KV_CHANGED")
        self.entries[scope, key] = KvValue(value, old.rev + 1)
        self.secrets |= {(scope, key)} if secret else set()
        return old.rev + 1

    def delete(self, key: str, *, scope: str = "flow") -> bool:
        """Remove an entry; False when there was none."""
        self.secrets.discard((scope, key))
        return self.entries.pop((scope, key), None) is not None


class MemoryFiles:
    """The files of a play in memory; `bytes_of` holds them by id, and may be looked at by a test."""

    def __init__(self) -> None:
        self.bytes_of: dict[str, bytes] = {}

    def given(self, name: str, data: bytes, media_type: str = "") -> FileValue:
        """A file that the play was given."""
        return self.create(name, [data], media_type=media_type)

    def read(self, file: FileValue, *, max_bytes: int) -> bytes:
        """The whole file.

        Raises:
            Failed: there is none, or it is over `max_bytes`.
        """
        data = b"".join(self.pieces(file))
        if len(data) > max_bytes:
            raise Failed(
                f"The file '{file.name}' is larger than {max_bytes} bytes.", final=True, code="TOO_LARGE"
            )
        return data

    def pieces(self, file: FileValue) -> Iterator[bytes]:
        """The file piece by piece.

        Raises:
            Failed: there is none.
        """
        data = self.bytes_of.get(file.id)
        if data is None or hashlib.sha256(data).hexdigest() != file.sha256:
            message = f"This play was not given a file '{file.id[:24]}', or it is gone."
            raise Failed(message, final=True, code="FILE_NOT_FOUND")
        yield from (data[start : start + FILE_PIECE] for start in range(0, len(data), FILE_PIECE))

    def create(self, name: str, pieces: Iterable[bytes], *, media_type: str = "") -> FileValue:
        """A new file; the first one has the id `000000000000000000000001`."""
        data = b"".join(pieces)
        file_id = f"{len(self.bytes_of) + 1:024x}"
        self.bytes_of[file_id] = data
        return FileValue(
            id=file_id,
            name=safe_name(name),
            type=safe_type(media_type or mimetypes.guess_type(name)[0] or ""),
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
        )


class FakeContext:
    """A `Context` for tests: files, KV and mail in memory, recorded servers, links, a key, some seconds.

    `given` are the bytes of files by name: the first one stands for the file value of the id
    `000000000000000000000001`, and so on.
    """

    def __init__(
        self,
        files: Mapping[str, str | bytes] | None = None,
        calls: Sequence[Mapping[str, Any]] = (),
        *,
        entries: Mapping[str, Any] | None = None,
        links: Mapping[str, Link] | None = None,
        given: Mapping[str, str | bytes] | None = None,
        key: str = "play/ref",
        seconds: float = 30.0,
    ) -> None:
        self.storage = MemoryStorage(files)
        self.request = FakeRequest(calls)
        self.kv = MemoryKv(entries)
        self.mail = MemoryMail()
        self._links = links or {}
        self.files = MemoryFiles()
        for name, data in (given or {}).items():
            self.files.given(name, data.encode() if isinstance(data, str) else data)
        self.key = key
        self.logged: list[str] = []
        self._ends_at = time.monotonic() + seconds

    def link(self, service: str) -> Link | None:
        """The link that the test gave for a service."""
        return self._links.get(service)

    def seconds_left(self) -> float:
        """Seconds until the time given is over."""
        return self._ends_at - time.monotonic()

    def log(self, message: str) -> None:
        """Keep the line in `logged`."""
        self.logged.append(message)


def run_example(module: Module[Any], example: Example) -> Any:
    """What the module really returns for the example's args, as JSON: its output, or its order to the engine.

    Raises:
        AssertionError: the module asked for something no recording answers, left one unused, or returned
            another thing than its hint says.
        Failed, Skipped: as the module raised them.
    """
    context = FakeContext(example.files, example.calls, entries=example.entries, given=example.given)
    output = to_json(_as_hinted(module, module.run(bind(module, example.args), context)))
    if context.request.left:
        raise AssertionError(f"{module.app_id} never asked for {context.request.left}")
    return json.loads(json.dumps(output, allow_nan=False))


def _as_hinted(module: Module[Any], returned: Any) -> Fields:
    """What was returned, if it is what the hint says; a forgotten `return` is not."""
    form = module.order or module.out
    if isinstance(returned, form):
        return returned
    what = "None" if returned is None else type(returned).__name__
    raise AssertionError(
        f"it returned {what}; every way through it returns {form.__name__}, as its hint says"
    )


def _is_bytes(body: Any) -> bool:
    return isinstance(body, dict) and body.keys() == {"base64"}


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if _is_bytes(body):
        return base64.b64decode(body["base64"], validate=True)
    return json.dumps(body).encode()
