"""Bodies with files become file values, answers that are one become the file."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from flow8.engine.engine import Engine
from flow8.engine.start import start_here
from flow8.errors import Malformed, TooLarge, UnsupportedBody
from flow8.ingress import Answer, Inbound, discard, handle, receive
from flow8.ingress.body import holds_files
from flow8.ingress.receive import FIELD_BYTES, MOST_FILES
from flow8.store.channels import Channel
from tests.support.channels import a_channel, a_route, an_inbound
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.files import a_file, on_disk

FORM = {"content-type": "multipart/form-data; boundary=XX"}
CHANNEL = a_channel()


def a_part(disposition: str, data: bytes) -> bytes:
    return f"--XX\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + data + b"\r\n"


def a_form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--XX--\r\n"


SCAN = a_part('name="scan"; filename="a.pdf"', b"scan")


def taken(engine: Engine, body: bytes, headers: dict[str, str] | None = None) -> Inbound:
    return receive(engine, CHANNEL, an_inbound(b"", headers or FORM), iter([body]))


@pytest.mark.parametrize(
    ("kind", "holds"),
    [
        ("multipart/form-data; boundary=x", True),
        ("image/png", True),
        ("application/pdf", True),
        ("application/octet-stream", True),
        ("application/json", False),
        ("application/vnd.api+json", False),
        ("application/x-www-form-urlencoded", False),
        ("text/csv", False),
        ("image/svg+xml", False),
        ("", False),
    ],
)
def test_what_is_neither_json_nor_text_holds_files(kind: str, *, holds: bool) -> None:
    assert holds_files(an_inbound(b"x", {"content-type": kind})) is holds


def test_a_form_gives_its_fields_and_files_by_name(engine: Engine) -> None:
    text = [a_part('name="n"', b"1"), a_part('name="tag"', b"a"), a_part('name="tag"', "ä".encode())]

    content = taken(engine, a_form(*text, SCAN, SCAN)).content

    assert content is not None
    first, second = content.value["scan"]
    assert (content.value["n"], content.value["tag"], content.is_text) == ("1", ["a", "ä"], True)
    assert (first["name"], first["size"], content.files) == ("a.pdf", 4, (first["id"], second["id"]))
    assert len(on_disk(engine)) == 2


def test_a_file_that_nobody_chose_is_none(engine: Engine) -> None:
    empty, unnamed = a_part('name="a"; filename=""', b""), a_part('name="b"; filename=""', b"xyz")

    content = taken(engine, a_form(empty, unnamed)).content

    assert content is not None
    assert list(content.value) == ["b"]
    assert (content.value["b"]["name"], content.value["b"]["size"]) == ("file", 3)


def test_a_binary_body_is_one_file(engine: Engine) -> None:
    content = taken(engine, b"%PDF-", {"content-type": "Application/PDF"}).content

    assert content is not None
    assert (content.value["name"], content.value["type"]) == ("file.pdf", "application/pdf")
    assert content.files == (content.value["id"],)


def test_a_binary_body_without_bytes_is_nothing(engine: Engine) -> None:
    content = receive(engine, CHANNEL, an_inbound(b"", {"content-type": "image/png"}), iter(())).content

    assert content is not None
    assert (content.is_there, on_disk(engine)) == (False, [])


@pytest.mark.parametrize(
    ("body", "headers", "error"),
    [
        (SCAN, FORM, Malformed),
        (a_form(SCAN, a_part('name="n"', b"\xff")), FORM, Malformed),
        (a_form(SCAN, a_part('name="n"', b"x" * (FIELD_BYTES + 1))), FORM, TooLarge),
        (a_form(*[SCAN] * (MOST_FILES + 1)), FORM, Malformed),
        (a_form(SCAN), {**FORM, "content-encoding": "gzip"}, UnsupportedBody),
    ],
)
def test_what_is_refused_leaves_nothing(
    engine: Engine, body: bytes, headers: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        taken(engine, body, headers)

    assert on_disk(engine) == []
    assert engine.store.database["files"].count_documents({}) == 0


def test_a_sender_that_goes_away_leaves_nothing(engine: Engine) -> None:
    def breaking() -> Iterator[bytes]:
        yield SCAN + SCAN[:-2]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        receive(engine, CHANNEL, an_inbound(b"", FORM), breaking())

    assert on_disk(engine) == []


class Desk:
    """A channel in front of a flow."""

    def __init__(self, stage: Stage, *flowlets: dict[str, Any], **flow: Any) -> None:
        self.engine = stage.engine
        route = a_route(target_flow_ids=(stage.publish(a_flow(*flowlets, **flow)).id,))
        self.channel: Channel = a_channel(route, company_id=stage.company_id)

    def ask(self, body: bytes, headers: dict[str, str], **more: Any) -> Answer:
        """One request, as a door serves it."""
        inbound = an_inbound(b"", {**headers, **more})
        if holds_files(inbound):
            inbound = receive(self.engine, self.channel, inbound, iter([body]))
        else:
            inbound = inbound.with_body(body)
        try:
            return handle(self.engine, self.channel, inbound, partial(start_here, self.engine))
        finally:
            discard(self.engine, self.channel, inbound)


ECHO = {
    "ref": "echo",
    "appId": "var",
    "args": {"values": {"args": "{{ $args }}", "raw": "{{ $request.rawBody }}"}},
}


def test_a_flow_gets_the_file_value_and_keeps_the_file(stage: Stage) -> None:
    desk = Desk(stage, ECHO, input={"type": "object", "properties": {"n": {"type": "integer"}}})

    answer = desk.ask(a_form(a_part('name="n"', b"7"), SCAN), FORM)

    said = json.loads(answer.body)
    play_id = answer.headers["X-Flow8-Play"]
    assert (said["args"]["n"], said["raw"]) == (7, None)
    assert stage.engine.files.held_by(stage.company_id, play_id) == [said["args"]["scan"]["id"]]
    assert len(on_disk(stage.engine)) == 1


def test_a_request_that_starts_nothing_leaves_nothing(stage: Stage) -> None:
    desk = Desk(stage, ECHO, input={"required": ["missing"]})

    assert desk.ask(a_form(SCAN), FORM).status == 422
    assert on_disk(stage.engine) == []


def test_the_same_key_with_the_same_file_is_the_same_play(stage: Stage) -> None:
    desk = Desk(stage, ECHO)
    key = {"idempotency-key": "k"}

    first, again = (desk.ask(a_form(SCAN), {**FORM, **key}) for _ in range(2))
    other = desk.ask(a_form(a_part('name="scan"; filename="a.pdf"', b"other")), {**FORM, **key})

    assert first.headers["X-Flow8-Play"] == again.headers["X-Flow8-Play"]
    assert (first.body, other.status) == (again.body, 409)
    assert len(on_disk(stage.engine)) == 1


def whole(answer: Answer) -> bytes:
    return answer.body + b"".join(answer.pieces())


def test_an_answer_that_is_a_file_is_sent_as_one(stage: Stage) -> None:
    desk = Desk(stage, {"ref": "a", "appId": "file-create", "args": {"name": "a.html", "content": "<b>"}})

    answer = desk.ask(b"{}", {"content-type": "application/json"})

    assert (answer.status, answer.length, whole(answer)) == (200, 3, b"<b>")
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="a.html"')


def test_a_respond_flowlet_may_send_a_file_as_it_likes(stage: Stage) -> None:
    headers = {"Content-Disposition": "inline", "Content-Type": "image/png"}
    args = {"status": 201, "headers": headers, "body": "{{ $args.scan }}"}
    desk = Desk(stage, {"ref": "out", "appId": "respond", "args": args})

    answer = desk.ask(a_form(SCAN), FORM)

    assert (answer.status, whole(answer)) == (201, b"scan")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == "inline"


def test_a_file_value_from_outside_is_data_and_opens_nothing(stage: Stage) -> None:
    desk = Desk(stage, {"ref": "out", "appId": "respond", "args": {"body": "{{ $args }}"}})
    known = a_file(stage.engine, stage.company_id, b"secret", play_id="p" * 24)

    answer = desk.ask(json.dumps(known.value).encode(), {"content-type": "application/json"})

    assert (answer.status, answer.file, json.loads(answer.body)) == (200, None, known.value)


def test_a_file_that_is_gone_is_answered_by_its_value(stage: Stage) -> None:
    desk = Desk(stage, ECHO)
    said = json.loads(desk.ask(a_form(SCAN), FORM).body)["args"]["scan"]
    on_disk(stage.engine)[0].unlink()

    again = Desk(stage, {"ref": "out", "appId": "respond", "args": {"body": said}}, flow="again")

    assert json.loads(again.ask(b"{}", {"content-type": "application/json"}).body) == said
