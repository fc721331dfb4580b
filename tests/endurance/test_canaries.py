"""Secrets are used in many plays, half of which fail, and then looked for wherever people or thieves look.

Those of KV, in headers, bodies, args and outputs; those of links and components; the tokens of channels, API
keys, passwords, sessions.

    FLOW8_TEST_SIZE=full .venv/bin/python -m pytest tests/endurance/test_canaries.py -s

does so over both brokers, and looks into the files of RabbitMQ as well.
"""

import base64
import json
import logging
import secrets
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, quote_plus

import pytest
from werkzeug.test import TestResponse

from flow8.broker.choose import open_bell
from flow8.domain.play import PlayState, is_finished
from flow8.registry import Registry
from tests.flow8.kit.outbound.servers import Answer, Seen, Server, serving
from tests.support.crew import Crew, crew_of
from tests.support.entries import an_entry
from tests.support.factories import a_flow
from tests.support.sizes import sized
from tests.support.system import call, until
from tests.support.web import Program, a_key
from web.app import create_app

CANARIES: Final = sized(6, 50)
PLAYS: Final = sized(36, 1000)
ENDS: Final = ("says", "fails", "says", "breaks", "says", "unreachable")
"""How a play ends, one after another: half of them fail, each in its own way."""
EXPECTED: Final = {
    "says": "DONE",
    "fails": "FAILED",
    "breaks": "MODULE_BROKE",
    "unreachable": "CONNECTION_FAILED",
}
TOLD: Final = "{{ [$args, $request] }}"
ADDRESSES: Final = ("plays/{0}", "plays/{0}/why", "plays/{0}/layers/{1}")

LOGGERS: Final = ("web", "http", "auth", "channels", "engine", "vault", "audit")
LAYERS: Final = ("call", "linked", "say", "each", "guess", "sub", "keep", "answer")

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(240, 1800))]


def canary(number: int) -> str:
    """A secret of letters, signs that are written otherwise in URLs and JSON, and spaces."""
    return f'c{number}/{secrets.token_hex(5)}+ "{secrets.token_urlsafe(6)}"=&?%é'


def forms_of(secret: str) -> set[str]:
    """A secret as programs write it: what is looked for, worked out apart from what hides it."""
    data = secret.encode()
    whole = {base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode()}
    inner = {base64.b64encode(b"x" * shift + data).decode()[-(-shift * 8 // 6) : -4] for shift in range(3)}
    quoted = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(secret))[3:-3],
        repr(secret)[1:-1],
        data.hex(),
        *(form.rstrip("=") for form in whole),
        *inner,
        *quoted,
        *(form.lower() for form in quoted),
    }


def echo(seen: Seen) -> Answer:
    """Everything that was sent, back again, in the body and in a header."""
    headers = {name: value for name, value in seen.headers.items() if name.startswith(("auth", "x-"))}
    told = {"path": seen.path, "headers": headers, "body": seen.body.decode()}
    return Answer(
        headers={"Content-Type": "application/json", "X-Echo": seen.headers.get("authorization", "")},
        body=json.dumps(told).encode(),
    )


def leaky(server: Server) -> dict[str, Any]:
    """A flow that does with its secret whatever a careless author might."""
    secret = "$kv['canary' + $args.n]"
    url = "{{ $args.then == 'unreachable' ? 'http://127.0.0.1:9' : '" + server.url() + "' }}"
    call = {
        "method": "POST",
        "url": f"{url}/{{{{ {secret} | urlEncode }}}}",
        "headers": {"Authorization": f"Bearer {{{{ {secret} | base64 }}}}"},
        "query": {"token": f"{{{{ {secret} }}}}"},
        "body": {"secret": f"{{{{ {secret} }}}}", "basic": f"{{{{ ('ada:' + {secret}) | base64 }}}}"},
    }
    said = {
        "plain": f"{{{{ {secret} }}}}",
        "shout": f"<{{{{ {secret} }}}}>",
        "all": f"{{{{ {{k: {secret}}} }}}}",
    }
    child = {"flow": "child", "args": {"token": f"{{{{ {secret} }}}}"}, "wait": False}
    guess = {"given": f"{{{{ {secret} }}}}", "wanted": f"{{{{ {secret} }}}}", "then": "{{ $args.then }}"}
    kept = {"key": "copy", "value": f"{{{{ {secret} }}}}", "secret": True}
    rule = {"leftValue": f"{{{{ {secret} | upper }}}}", "operator": "eq", "rightValue": "never"}
    return a_flow(
        {"ref": "say", "appId": "var", "args": {"values": said}},
        {"ref": "each", "appId": "iterator", "args": {"items": [1, f"{{{{ {secret} }}}}"]}},
        {"ref": "item", "inside": "each", "appId": "var", "args": {"values": {"i": "{{ $item }}"}}},
        {"ref": "never", "appId": "var", "args": {"values": {}}, "filters": [rule]},
        {"ref": "sub", "appId": "subflow", "args": child},
        {"ref": "keep", "appId": "kv-set", "args": kept},
        {"ref": "call", "appId": "curl", "args": call, "timeout": 5},
        {
            "ref": "linked",
            "appId": "curl",
            "args": {**call, "headers": {}, "query": {}, "body": {}},
            "linkIdsByType": {"http": "crm"},
            "onError": "continue",
            "timeout": 5,
        },
        {
            "ref": "guess",
            "appId": "guess",
            "args": {**guess, "then": "{{ $args.then == 'unreachable' ? 'fails' : $args.then }}"},
            "retry": {"count": 1, "delayMs": 10},
        },
        {"ref": "answer", "appId": "respond", "args": {"body": {"token": f"{{{{ {secret} }}}}"}}},
        flow="leaky",
        group="birds",
        title="Canary {{ $args.n }}",
        output={"token": f"{{{{ {secret} | upper }}}}", "say": "{{ $prev.say }}"},
        execution={"onFailFlowId": "child"},
    )


@pytest.fixture
def crew(mongodb_uri: str, registry: Registry, tmp_path: Path, broker: dict[str, str]) -> Iterator[Crew]:
    """A crew whose worker may reach this machine and says all it has to say."""
    with crew_of(mongodb_uri, registry, tmp_path) as made:
        made.environment |= {"OUTBOUND_ALLOW": "127.0.0.0/8", "LOG_LEVEL": "debug", **broker}
        made.engine.bell = open_bell(broker.get("BROKER_URL"), lambda: made.engine.store.queue_jobs)
        yield made


@pytest.fixture
def files(broker: dict[str, str], request: pytest.FixtureRequest) -> Path | None:
    """Where RabbitMQ keeps its messages; None for the queue in MongoDB."""
    return request.getfixturevalue("rabbitmq").folder if broker else None


def test_no_secret_is_seen_anywhere_whatever_becomes_of_its_plays(
    crew: Crew, files: Path | None, caplog: pytest.LogCaptureFixture
) -> None:
    for name in LOGGERS:
        caplog.set_level(logging.DEBUG, name)
    key = a_key(crew.engine)
    program = Program(create_app(crew.engine).test_client(), key)
    birds = [canary(number) for number in range(CANARIES)]
    with serving(echo) as server:
        outside = _configured(program)
        _publish(crew, server, birds)
        ids = _plays(program)
        assert crew.engine.bell.flush(30)
        before = _stored(files)  # while the messages of all plays lie there
        crew.start()
        credentials = [key.split("_", 2)[2], *outside, *_used_credentials(crew, program)]
        until(lambda: _all_are_over(crew, ids), sized(90, 900), "the end of every play")
        reached = [seen.body.decode() for seen in server.seen if seen.body]
        linked = [seen for seen in server.seen if seen.headers.get("authorization") == f"Bearer {outside[0]}"]

    assert _ends(crew, ids) == Counter(EXPECTED[ENDS[number % len(ENDS)]] for number in range(PLAYS))
    assert all(any(json.loads(body).get("secret") == bird for body in reached) for bird in birds)
    assert len(linked) >= PLAYS / 3
    seen = {
        "MongoDB": _dump(crew),
        "the API": "\n".join(_answers(program, ids)),
        "pages": "\n".join(_pages(program, ids)),
        "RabbitMQ": f"{before}\n{_stored(files)}",
        "the worker's output": "\n".join(worker.output for worker in crew.workers),
        "LOG_FILE": (crew.folder / "data" / "logs" / "app.log").read_text(),
        "the web's log": caplog.text,
    }
    assert all("***" in seen[name] for name in ("MongoDB", "the API", "pages", "LOG_FILE"))
    assert files is None or all(play_id in seen["RabbitMQ"] for play_id in ids[:10])
    read = {name: len(text) for name, text in seen.items()}
    print(f"\n{len(birds)} canaries, {len(credentials)} credentials, {len(ids)} plays; read: {read}")  # noqa: T201 - the figures are what it is run for
    assert _found([*birds, *credentials], seen) == []


def _configured(program: Program) -> list[str]:
    """The secrets of a link that every play uses, and of a component whose test fails."""
    bearer, password = (quote(canary(number), safe="+/=&?%") for number in (95, 96))
    crm = {"name": "crm", "kind": "bearer", "hosts": ["http://127.0.0.1"], "secret": bearer}
    assert _status(program.post("links", json=crm)) == HTTPStatus.CREATED
    mail = {"host": "127.0.0.1", "port": 9, "user": "ada", "password": password, "from": "flow8@example.com"}
    desk = {"name": "desk", "kind": "mail", "provider": "smtp", "config": mail}
    assert _status(program.post("components", json=desk)) == HTTPStatus.CREATED
    tested = program.post("components/desk/test")
    assert (tested.json or {})["ok"] is False
    assert password not in tested.text
    return [bearer, password]


def _publish(crew: Crew, server: Server, birds: list[str]) -> None:
    """The flows, and the canaries in entries of every scope."""
    got = {"ref": "a", "appId": "var", "args": {"values": {"got": "{{ $args }}"}}}
    crew.publish(a_flow(got, flow="child"))
    flow = crew.publish(leaky(server))
    places: tuple[dict[str, Any], ...] = (
        {},
        {"scope": "flow_group", "group": "birds"},
        {"scope": "flow", "flow": flow.id},
    )
    for number, bird in enumerate(birds):
        an_entry(crew.engine, f"canary{number}", bird, **places[number % 3])


def _found(hidden: list[str], seen: dict[str, str]) -> list[tuple[str, str]]:
    """Where which form of what is hidden can be seen."""
    return [
        (name, form)
        for bird in hidden
        for form in forms_of(bird)
        for name, text in seen.items()
        if form in text
    ]


def _used_credentials(crew: Crew, program: Program) -> list[str]:
    """Passwords, a session, a ticket, tokens of a channel, after they were used, wrongly too."""
    password, wrong, token, other = (f"{canary(number)}-Long_1" for number in range(90, 94))
    token, other = (quote(text, safe="+/=&?%") for text in (token, other))
    ada = {"email": "ada@example.com", "name": "Ada", "role": "admin", "password": password}
    assert _status(program.post("users", json=ada)) == HTTPStatus.CREATED
    browser = program.client.application.test_client()
    for given in ({"email": "ada@example.com", "password": wrong}, {"email": wrong, "password": "x"}):
        assert _status(browser.post("/api/v1/auth/login", json=given)) == HTTPStatus.UNAUTHORIZED
    signed_in = browser.post("/api/v1/auth/login", json={"email": "ada@example.com", "password": password})
    assert _status(signed_in) == HTTPStatus.OK
    cookie = browser.get_cookie("sid")
    assert cookie is not None
    ticket = program.post("auth/ws-ticket", json={}).json or {}
    _use_channel(crew, program, token, other, cookie.value)
    return [password, wrong, token, other, cookie.value, ticket["ticket"]]


def _use_channel(crew: Crew, program: Program, token: str, other: str, sid: str) -> None:
    """Ask a channel whose flow tells everything that it was given, with the right token and another."""
    crew.publish(a_flow({"ref": "a", "appId": "var", "args": {"values": {"got": TOLD}}}, flow="teller"))
    made = program.post("channels", json={"name": "birds", "kind": "http", "authToken": token}).json or {}
    route = {"name": "in", "httpMethod": "POST", "path": "/in", "targetFlowIds": ["teller"]}
    assert _status(program.post("channels/birds/routes", json=route)) == HTTPStatus.CREATED
    until(lambda: _listens(made["port"]), what="the channel of the birds")
    url = f"http://127.0.0.1:{made['port']}/in"
    for given, status in ((token, HTTPStatus.OK), (other, HTTPStatus.UNAUTHORIZED)):
        headers = {"Authorization": f"Bearer {given}", "Cookie": f"sid={sid}; colour=red"}
        answer = call("POST", url, {"n": 1}, headers)
        assert answer.status == status
        assert token not in answer.text
        assert sid not in answer.text


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _status(answer: TestResponse) -> int:
    return answer.status_code


def _stored(folder: Path | None) -> str:
    """Every file of RabbitMQ."""
    if folder is None:
        return ""
    return "\n".join(
        path.read_bytes().decode("latin-1") for path in sorted(folder.rglob("*")) if path.is_file()
    )


def _pages(program: Program, ids: list[str]) -> Iterator[str]:
    """The pages that people look at, those of refusals too."""
    for path in ("/", "/plays", "/flows/leaky", "/plays/nothing", "/nothing"):
        yield _page(program, path)
    for play_id in ids[:: max(1, len(ids) // 50)]:
        yield _page(program, f"/plays/{play_id}")
        for layer in LAYERS:
            yield _page(program, f"/plays/{play_id}/layers/{layer}")


def _page(program: Program, path: str) -> str:
    return program.client.get(
        path, headers={"Accept": "text/html", "Authorization": f"Bearer {program.key}"}
    ).text


def _plays(program: Program) -> list[str]:
    answers = [
        program.post(
            "flows/leaky/run",
            json={"args": {"n": str(number // len(ENDS) % CANARIES), "then": ENDS[number % len(ENDS)]}},
        )
        for number in range(PLAYS)
    ]
    assert {answer.status_code for answer in answers} == {202}
    return [(answer.json or {})["playId"] for answer in answers]


def _rows(crew: Crew, ids: list[str]) -> list[dict[str, Any]]:
    return list(crew.engine.store.database["plays"].find({"_id": {"$in": ids}}, {"state": 1, "error": 1}))


def _all_are_over(crew: Crew, ids: list[str]) -> bool:
    return all(is_finished(PlayState(row["state"])) for row in _rows(crew, ids))


def _ends(crew: Crew, ids: list[str]) -> Counter[str]:
    """How often plays ended well, or with which error."""
    return Counter((row.get("error") or {}).get("code", row["state"]) for row in _rows(crew, ids))


def _dump(crew: Crew) -> str:
    """Every document of every collection, its texts as they are."""
    database = crew.engine.store.database
    return "\n".join(
        f"{text} {text!r}"
        for name in database.list_collection_names()
        for row in database[name].find()
        for text in _texts(row)
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from _texts(inner)
    elif isinstance(value, bytes):
        yield value.decode("latin-1")
    else:
        yield str(value)


def _answers(program: Program, ids: list[str]) -> Iterator[str]:
    """What the API says of every play, layer, entry and flow."""
    lists = (
        *(
            "kv?size=100",
            "flows",
            "flows/leaky",
            "flows/leaky/export",
            "plays?size=100",
            "channels",
            "links",
            "components",
        ),
        *("users", "auth/api-keys", "auth/me", "audit?size=100"),
        *("audit/export?format=csv", "audit/export?format=json", "system/status"),
    )
    for path in lists:
        answer = program.get(path)
        assert answer.status_code == 200, path
        yield answer.text
    for play_id in ids:
        for address in ADDRESSES[:2]:
            yield program.get(address.format(play_id)).text
        for layer in LAYERS:
            yield program.get(ADDRESSES[2].format(play_id, layer)).text
        yield program.get(f"plays/{play_id}/layers/each/iterations").text
        yield program.get(f"plays/{play_id}/layers/item%231").text
