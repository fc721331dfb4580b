"""Flowlets speak through the components and links that they name, and no secret of those is recorded."""

import base64
from typing import Any

import pytest

from flow8.domain.access import RIGHTS, Actor, Role
from flow8.domain.play import PlayState
from flow8.engine.engine import Engine
from flow8.services.components import change_component
from tests.flow8.kit.outbound.servers import Answer, Seen, serving
from tests.support.engines import Stage
from tests.support.resources import PASSWORD, a_link, a_mail_component, reaching_this_machine
from tests.support.smtp import SmtpServer, smtp_server

ARGS = {"to": "ada@example.com", "subject": "x", "text": "y"}


def tell(**flowlet: Any) -> dict[str, Any]:
    return {"ref": "tell", "appId": "send-mail", "args": ARGS, **flowlet}


@pytest.fixture
def admin(engine: Engine) -> Actor:
    company = engine.store.companies.ensure("default", "Default")
    return Actor(company.id, "ada@example.com", RIGHTS[Role.ADMIN], "test")


def failure_of(stage: Stage, *flowlets: dict[str, Any]) -> tuple[str, str]:
    play = stage.play(*flowlets)
    assert (play.state, play.error is not None) == (PlayState.FAIL, True)
    return (play.error.code, play.error.message) if play.error else ("", "")


def test_without_a_mail_component_a_flowlet_says_what_to_do(stage: Stage) -> None:
    assert failure_of(stage, tell()) == (
        "NO_COMPONENT",
        "This company has no mail component; an administrator makes one (see components).",
    )


def test_a_named_component_that_is_not_there_or_of_another_kind_fails(stage: Stage) -> None:
    code, message = failure_of(stage, tell(componentConfigIds={"mail": "nowhere"}))

    assert (code, "'nowhere'" in message) == ("NO_COMPONENT", True)


def test_the_default_sends_unless_a_flowlet_names_another(engine: Engine, admin: Actor, stage: Stage) -> None:
    with (
        reaching_this_machine(engine) as able,
        smtp_server(SmtpServer()) as first,
        smtp_server(SmtpServer()) as second,
    ):
        able_stage = Stage(able, stage.log)
        a_mail_component(able, admin, first.port, name="first")
        a_mail_component(able, admin, second.port, name="second", is_default=False)

        plays = [
            able_stage.play(tell(), flow="one"),
            able_stage.play(tell(componentConfigIds={"mail": "second"}), flow="two"),
        ]

    assert [play.state for play in plays] == [PlayState.DONE] * 2
    assert (len(first.arrived), len(second.arrived)) == (1, 1)
    assert plays[0].output["messageId"] == first.arrived[0].message["Message-ID"]


def test_a_changed_component_is_opened_anew(engine: Engine, admin: Actor, stage: Stage) -> None:
    with (
        reaching_this_machine(engine) as able,
        smtp_server(SmtpServer()) as first,
        smtp_server(SmtpServer()) as second,
    ):
        able_stage = Stage(able, stage.log)
        made = a_mail_component(able, admin, first.port)
        able_stage.play(tell(), flow="one")
        config = {**made.record.config, "port": second.port}
        change_component(able, admin, "desk", new_name="desk", config=config)
        able_stage.play(tell(), flow="two")

    assert (len(first.arrived), len(second.arrived)) == (1, 1)


def echo(seen: Seen) -> Answer:
    said = {**seen.headers}.get("authorization", "") + {**seen.headers}.get("x-key", "")
    return Answer(body=said.encode())


@pytest.mark.parametrize(
    ("link", "sent"),
    [
        ({"kind": "bearer"}, f"Bearer {PASSWORD}"),
        ({"kind": "basic", "user": "ada"}, f"Basic {base64.b64encode(f'ada:{PASSWORD}'.encode()).decode()}"),
        ({"kind": "key", "header": "X-Key"}, PASSWORD),
    ],
)
def test_a_link_reaches_the_server_and_its_echo_is_masked(
    engine: Engine, admin: Actor, stage: Stage, link: dict[str, Any], sent: str
) -> None:
    with reaching_this_machine(engine) as able, serving(echo) as server:
        a_link(able, admin, hosts=(f"http://{server.host}",), **link)
        call = {"ref": "call", "appId": "curl", "args": {"url": server.url()}}
        play = Stage(able, stage.log).play({**call, "linkIdsByType": {"http": "crm"}})

    assert play.state is PlayState.DONE
    said = server.seen[0].headers
    assert sent in (said.get("authorization"), said.get("x-key"))
    assert "***" in play.output["body"]
    database = engine.store.database
    kept = [list(database[name].find()) for name in ("plays", "payloads", "iterations")]
    assert PASSWORD not in str(kept)
    assert base64.b64encode(f"ada:{PASSWORD}".encode()).decode() not in str(kept)


def test_a_link_that_is_gone_or_of_another_service_fails_before_anything_is_sent(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    a_link(engine, admin, service="github")
    call = {"ref": "call", "appId": "curl", "args": {"url": "https://api.example.com/"}}

    code, message = failure_of(stage, {**call, "linkIdsByType": {"http": "crm"}})

    assert (code, message) == (
        "NO_LINK",
        "There is no link 'crm' for http; make it, or name another one.",
    )
