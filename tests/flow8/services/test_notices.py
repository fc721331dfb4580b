"""People are told of plays that wait for them or failed: once, many together, and nothing secret."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from flow8.domain.access import Actor, Role
from flow8.domain.notices import failure_notice
from flow8.domain.play import PlayState
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.ids import new_id
from flow8.services import approvals, notices
from flow8.services.notices import tell_due
from flow8.store.people import Company
from tests.flow8.kit.outbound.servers import Answer, serving
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.groups import a_group
from tests.support.people import a_user
from tests.support.resources import a_mail_component, reaching_this_machine
from tests.support.smtp import SmtpServer, smtp_server

FAILS = {"ref": "no", "appId": "fail", "args": {"message": "the secret is {{ $args.secret }}"}}
ASKS = {
    "ref": "ask",
    "appId": "var",
    "args": {"values": {"n": 1}},
    "needsApproval": True,
    "approval": {"approvers": ["Bosses", "cy@example.com"]},
}
TOLD = {"notify": {"failure": ["ada@example.com"]}}


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server(SmtpServer()) as running:
        yield running


@pytest.fixture
def able(engine: Engine, admin: Actor, server: SmtpServer) -> Iterator[Engine]:
    """An engine whose company has a mail component."""
    with reaching_this_machine(engine) as made:
        a_mail_component(made, admin, server.port)
        yield made


@pytest.fixture
def theatre(able: Engine, stage: Stage) -> Stage:
    return Stage(able, stage.log)


def later(engine: Engine, **span: Any) -> None:
    """Let that much time pass for whatever waits to be told."""
    database, past = engine.store.database, timedelta(**span)
    for row in list(database["notices"].find({"dueAt": {"$exists": True}})):
        database["notices"].update_one({"_id": row["_id"]}, {"$set": {"dueAt": row["dueAt"] - past}})
    for row in list(database["notice_paces"].find()):
        moved = {"$set": {"nextAt": row["nextAt"] - past}}
        database["notice_paces"].update_one({"_id": row["_id"]}, moved)


def text_in(server: SmtpServer, number: int = -1) -> str:
    body = server.arrived[number].message.get_body(["plain"])
    assert body is not None
    return str(body.get_content())


def test_a_failed_play_is_told_once_without_anything_of_its_values(
    able: Engine, theatre: Stage, server: SmtpServer
) -> None:
    play = theatre.play(FAILS, args={"secret": "hush-hush"}, title="{{ $args.secret }}", **TOLD)

    assert (play.state, tell_due(able), tell_due(able)) == (PlayState.FAIL, 1, 0)
    later(able, minutes=2)
    assert tell_due(able) == 0
    [arrived] = server.arrived
    assert (arrived.recipients, arrived.message["Subject"]) == (("ada@example.com",), "Flow 'A flow' failed")
    assert f"{able.settings.public_url.rstrip('/')}/plays/{play.id}" in text_in(server)
    assert "hush-hush" not in arrived.data.decode()


def test_whoever_published_a_flow_is_told_when_it_names_nobody(
    able: Engine, theatre: Stage, server: SmtpServer
) -> None:
    draft = able.store.flows.create(theatre.company_id, a_flow(FAILS), "x")
    record = able.store.flows.publish(draft, None, "pub@example.com")
    perform(able, theatre.accept(record))

    assert tell_due(able) == 1
    assert server.arrived[0].recipients == ("pub@example.com",)


@pytest.mark.parametrize(
    ("flowlet", "changes"),
    [
        (FAILS, {"notify": {"failure": []}}),
        ({"ref": "ok", "appId": "var", "args": {"values": {}}}, TOLD),
    ],
)
def test_nobody_is_told_of_what_does_not_fail_or_was_not_to_be_told(
    able: Engine, theatre: Stage, flowlet: dict[str, Any], changes: dict[str, Any]
) -> None:
    theatre.play(flowlet, **changes)

    assert able.store.database["notices"].count_documents({}) == 0


def test_a_company_without_mail_has_no_notices_of_flows_that_name_nobody(
    engine: Engine, stage: Stage
) -> None:
    stage.play(FAILS)

    assert engine.store.database["notices"].count_documents({}) == 0


def test_a_storm_of_failures_becomes_one_mail_in_a_minute(
    able: Engine, theatre: Stage, server: SmtpServer
) -> None:
    record = theatre.publish(a_flow(FAILS, **TOLD))
    perform(able, theatre.accept(record))
    assert tell_due(able) == 1
    for _ in range(14):
        perform(able, theatre.accept(record))

    assert tell_due(able) == 0
    later(able, minutes=1)
    assert tell_due(able) == 1
    assert server.arrived[1].message["Subject"] == "Flow 'A flow' failed, 14 plays"
    assert text_in(server).count("/plays/") == 10
    assert "And 4 more." in text_in(server)


def test_approvers_are_told_while_they_can_still_decide(
    able: Engine, theatre: Stage, server: SmtpServer, company: Company, admin: Actor
) -> None:
    bob = a_user(able, company, "bob@example.com", Role.APPROVER)
    gone = a_user(able, company, "gone@example.com", Role.APPROVER)
    able.store.user_groups.create(company.id, "bosses", [bob.id, gone.id])
    able.store.users.disable(gone.id, disabled=True)
    play = theatre.play(ASKS)

    assert (play.state, tell_due(able)) == (PlayState.WAIT, 1)
    [arrived] = server.arrived
    assert arrived.recipients == ("bob@example.com", "cy@example.com")
    assert arrived.message["Subject"] == "Flow 'A flow' waits for approval"
    assert f"{able.settings.public_url.rstrip('/')}/approvals/{play.id}" in text_in(server)
    assert admin.company_id == company.id


def test_a_decision_that_came_first_leaves_nothing_to_tell(
    able: Engine, theatre: Stage, server: SmtpServer, admin: Actor
) -> None:
    play = theatre.play({**ASKS, "approval": {"approvers": [admin.name]}})
    approvals.decide(able, admin, play.id, "ask", decision="approved")
    perform(able, play.id)

    assert (theatre.load(play.id).state, tell_due(able), server.arrived) == (PlayState.DONE, 0, [])


def test_in_a_loop_an_approval_is_told_once(able: Engine, theatre: Stage, server: SmtpServer) -> None:
    loop = {"ref": "each", "appId": "iterator", "args": {"items": [1, 2, 3], "parallel": 3}}
    theatre.play(loop, {**ASKS, "inside": "each"})

    assert able.store.database["notices"].count_documents({}) == 1
    assert (tell_due(able), len(server.arrived)) == (1, 1)


def test_what_cannot_be_sent_is_tried_again_and_given_up_in_the_end(
    able: Engine, theatre: Stage, server: SmtpServer
) -> None:
    theatre.play(FAILS, **TOLD)
    server.replies["MAIL"] = "451 later"

    assert tell_due(able) == 0
    for _ in range(5):
        later(able, days=1)
        assert tell_due(able) == 0
    [waiting] = able.store.database["notices"].find()
    assert (waiting["tries"], "451 later" in waiting["problem"], "dueAt" in waiting) == (6, True, True)
    later(able, days=1)
    tell_due(able)
    [given_up] = able.store.database["notices"].find()
    assert ("dueAt" in given_up, given_up["tries"]) == (False, 7)
    assert server.arrived == []


def test_a_server_that_comes_back_gets_what_was_to_be_told(
    able: Engine, theatre: Stage, server: SmtpServer
) -> None:
    theatre.play(FAILS, **TOLD)
    server.replies["MAIL"] = "451 later"
    tell_due(able)
    server.replies.clear()
    later(able, minutes=2)

    assert (tell_due(able), len(server.arrived)) == (1, 1)


def test_a_process_that_dies_between_claiming_and_telling_loses_nothing(
    able: Engine, theatre: Stage, server: SmtpServer
) -> None:
    play = theatre.play(FAILS, **TOLD)
    store, about = able.store.notices, f"{play.company_id}/failure/{play.flow_id}"
    assert store.claim(play.company_id, about, new_id(), able.store.clock.now(), notices.CLAIM_SECONDS) == 1

    assert (tell_due(able), server.arrived) == (0, [])
    later(able, seconds=notices.CLAIM_SECONDS)
    assert (tell_due(able), len(server.arrived)) == (1, 1)


def test_a_failure_that_is_not_written_yet_is_told_when_it_is(
    able: Engine, theatre: Stage, server: SmtpServer
) -> None:
    record = theatre.publish(a_flow(FAILS, **TOLD))
    play_id, company_id = theatre.accept(record), theatre.company_id
    now = able.store.clock.now()
    notice = failure_notice(company_id, play_id, record.id, record.published, now)
    able.store.notices.add(company_id, notice)
    able.store.notices.add(company_id, notice)

    assert (tell_due(able), server.arrived) == (0, [])
    perform(able, play_id)
    later(able, minutes=2)
    assert (tell_due(able), len(server.arrived)) == (1, 1)


def test_a_web_address_is_sent_json_and_what_was_told_there_is_not_told_again(
    able: Engine, theatre: Stage, server: SmtpServer
) -> None:
    a_group(able, "x")
    with serving(lambda _: Answer(204)) as web:
        notify = {"failure": [web.url("/hook"), "ada@example.com"]}
        server.replies["MAIL"] = "451 later"
        play = theatre.play(FAILS, notify=notify)

        assert (tell_due(able), len(web.seen)) == (0, 1)
        server.replies.clear()
        later(able, minutes=2)
        assert (tell_due(able), len(web.seen), len(server.arrived)) == (1, 1, 1)

    assert (web.seen[0].method, web.seen[0].path) == ("POST", "/hook")
    assert f'"playId": "{play.id}"' in web.seen[0].body.decode()
    assert '"count": 1' in web.seen[0].body.decode()
