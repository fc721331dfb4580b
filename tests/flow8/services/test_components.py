"""Components as a company configures them."""

from typing import Any

import pytest

from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.services import secret_keys
from flow8.services.components import (
    ShownComponent,
    change_component,
    get_component,
    list_components,
    list_providers,
    remove_component,
    try_component,
)
from flow8.services.secret_keys import rotate_data_keys
from flow8.vault.credentials import open_secrets
from tests.support.audit import actions_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.resources import PASSWORD, SMTP, a_component, a_mail_component, reaching_this_machine
from tests.support.smtp import SmtpServer, smtp_server


def change(engine: Engine, actor: Actor, made: ShownComponent, **changes: Any) -> ShownComponent:
    kept = {"new_name": made.record.name, "config": made.record.config}
    return change_component(engine, actor, made.record.id, **{**kept, **changes})


def password_of(engine: Engine, made: ShownComponent) -> str | None:
    record = engine.store.components.find(made.record.company_id, made.record.id)
    assert record is not None
    return open_secrets(engine.vault, record).get("password")


def test_secrets_are_kept_sealed_and_never_shown(engine: Engine, admin: Actor) -> None:
    made = a_component(engine, admin)

    assert (made.record.given, made.secrets, made.record.rev) == (("password",), ("password",), 1)
    assert "password" not in made.record.config
    everything = [
        *engine.store.database["components"].find(),
        *engine.store.database["audit"].find(),
        *list_components(engine, admin).data,
        get_component(engine, admin, "desk"),
    ]
    assert PASSWORD not in str(everything)
    assert password_of(engine, made) == PASSWORD


def test_a_secret_stays_unless_it_is_given_and_goes_when_it_is_null(engine: Engine, admin: Actor) -> None:
    made = a_component(engine, admin)

    renamed = change(engine, admin, made, new_name="office")
    assert (renamed.record.name, renamed.record.rev, password_of(engine, made)) == ("office", 2, PASSWORD)
    change(engine, admin, renamed, config={**renamed.record.config, "password": "another-password"})
    assert password_of(engine, made) == "another-password"
    gone = change(engine, admin, renamed, config={**renamed.record.config, "password": None})
    assert (gone.record.given, password_of(engine, made)) == ((), None)


@pytest.mark.parametrize(
    "moved", [{"host": "evil.example"}, {"port": 26}, {"security": "tls"}, {"authorities": ""}]
)
def test_a_secret_is_not_sent_to_somebody_else_than_it_was_given_for(
    engine: Engine, admin: Actor, moved: dict[str, Any]
) -> None:
    made = a_component(engine, admin)
    config = {**made.record.config, **moved}
    if config == made.record.config:
        assert change(engine, admin, made, config=config).record.given == ("password",)
        return

    with pytest.raises(Invalid) as refused:
        change(engine, admin, made, config=config)

    assert [problem.path for problem in refused.value.problems] == ["config.password"]
    again = change(engine, admin, made, config={**config, "password": PASSWORD})
    assert again.record.given == ("password",)


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"name": " "}, ["name"]),
        ({"name": "a" * 24}, ["name"]),
        ({"name": "x\n"}, ["name"]),
        ({"provider": "fax"}, ["provider"]),
        ({"kind": "kv", "provider": "kv"}, ["provider"]),
        ({"config": {"host": ""}}, ["config.host"]),
        ({"config": {"port": 0, "from": "nobody"}}, ["config.port", "config.from"]),
        ({"config": {"password": 5}}, ["config.password"]),
        ({"config": {"unknown": 1}}, ["config.unknown"]),
        ({"config": {"host": float("nan")}}, ["config"]),
        ({"config": {"authorities": "x" * 70_000}}, ["config"]),
        ({"config": {"user": "ada", "security": "none"}}, ["config"]),
    ],
)
def test_every_field_that_is_not_right_is_told(
    engine: Engine, admin: Actor, changes: dict[str, Any], paths: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        a_component(engine, admin, **changes)

    assert [problem.path for problem in refused.value.problems] == paths
    assert list_components(engine, admin).total == 0


def test_names_are_unique_in_a_company_only(engine: Engine, admin: Actor, stranger: Actor) -> None:
    made = a_component(engine, admin)
    a_component(engine, stranger)

    with pytest.raises(Conflict) as taken:
        a_component(engine, admin, kind="storage", provider="local", config={})
    assert taken.value.error_code == "COMPONENT_EXISTS"
    other = a_component(engine, admin, "other")
    with pytest.raises(Conflict) as taken:
        change(engine, admin, other, new_name="desk")
    assert taken.value.error_code == "COMPONENT_EXISTS"
    with pytest.raises(NotFound):
        get_component(engine, stranger, made.record.id)


def test_the_latest_default_of_a_kind_counts(engine: Engine, admin: Actor) -> None:
    first = a_component(engine, admin, "first", is_default=True)
    second = a_component(engine, admin, "second", is_default=True)

    def defaults() -> list[str]:
        return [each.record.name for each in list_components(engine, admin).data if each.is_default]

    assert defaults() == ["second"]
    change(engine, admin, first, is_default=True)
    assert defaults() == ["first"]
    change(engine, admin, second, is_default=False)
    assert defaults() == ["first"]
    change(engine, admin, get_component(engine, admin, "first"), is_default=False)
    assert defaults() == []


def test_a_stale_change_is_refused(engine: Engine, admin: Actor) -> None:
    made = a_component(engine, admin)
    change(engine, admin, made, new_name="office", rev=1)

    for act in (
        lambda: change(engine, admin, made, rev=1),
        lambda: remove_component(engine, admin, "office", rev=1),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.error_code == "COMPONENT_CHANGED"
    remove_component(engine, admin, "office", rev=2)
    assert list_components(engine, admin).total == 0


def mail_flow(**flowlet: Any) -> dict[str, Any]:
    args = {"to": "ada@example.com", "subject": "x", "text": "y"}
    return a_flow({"ref": "tell", "appId": "send-mail", "args": args, **flowlet})


@pytest.mark.parametrize("by", ["id", "name"])
def test_one_that_a_published_flow_names_is_not_removed(
    engine: Engine, admin: Actor, stage: Stage, by: str
) -> None:
    made = a_component(engine, admin, 'the "desk"')
    stage.publish(mail_flow(componentConfigIds={"mail": getattr(made.record, by)}))

    with pytest.raises(Conflict, match="a-flow") as refused:
        remove_component(engine, admin, made.record.id)
    assert refused.value.error_code == "COMPONENT_IN_USE"
    if by == "name":
        with pytest.raises(Conflict, match="a-flow"):
            change(engine, admin, made, new_name="office")
    else:
        assert change(engine, admin, made, new_name="office").record.name == "office"


def test_a_default_that_flows_speak_through_is_not_removed_before_it_is_none_any_more(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    made = a_component(engine, admin, is_default=True)
    flow = stage.publish(mail_flow())

    with pytest.raises(Conflict, match="a-flow"):
        remove_component(engine, admin, "desk")
    engine.store.flows.publish(
        engine.store.flows.save_draft(flow, a_flow(), "test"), None, "test"
    )  # its newest version sends no mail
    remove_component(engine, admin, made.record.id)


def test_who_may_do_what(engine: Engine, admin: Actor, viewer: Actor) -> None:
    made = a_component(engine, admin)
    editor = Actor(admin.company_id, "ed", RIGHTS[Role.EDITOR], "test")

    assert [each.record.id for each in list_components(engine, viewer, kind="mail").data] == [made.record.id]
    assert list_components(engine, viewer, kind="storage").total == 0
    assert "smtp" in [each.name for each in list_providers(engine, viewer)]
    for act in (
        lambda: a_component(engine, editor, "x"),
        lambda: change(engine, editor, made),
        lambda: remove_component(engine, editor, "desk"),
        lambda: try_component(engine, editor, "desk"),
    ):
        with pytest.raises(Denied):
            act()


def test_what_happens_is_audited(engine: Engine, admin: Actor) -> None:
    made = a_component(engine, admin)
    change(engine, admin, made, new_name="office")
    remove_component(engine, admin, "office")

    assert actions_of(engine, admin.company_id) == [
        "components.create",
        "components.change",
        "components.remove",
    ]


def test_a_test_speaks_to_the_server(engine: Engine, admin: Actor) -> None:
    with reaching_this_machine(engine) as able, smtp_server(SmtpServer()) as server:
        a_mail_component(able, admin, server.port)
        good = try_component(able, admin, "desk")
        server.greeting = "554 go away"
        bad = try_component(able, admin, "desk")

    assert (good.ok, bad.ok) == (True, False)
    assert good.message.startswith(f"Connected to 127.0.0.1:{server.port}")
    assert "554 go away" in bad.message
    assert good.seconds < 10
    assert server.arrived == []


def test_a_test_reaches_no_address_that_is_not_public(engine: Engine, admin: Actor) -> None:
    with smtp_server(SmtpServer()) as server:
        a_mail_component(engine, admin, server.port)
        tested = try_component(engine, admin, "desk")

    assert not tested.ok
    assert "OUTBOUND_ALLOW" in tested.message
    assert server.commands == []


@pytest.mark.parametrize(("kind", "provider"), [("storage", "local"), ("request", "http")])
def test_components_without_a_server_are_tested_too(
    engine: Engine, admin: Actor, kind: str, provider: str
) -> None:
    a_component(engine, admin, kind=kind, provider=provider, config={})

    assert try_component(engine, admin, "desk").ok


def test_new_data_keys_open_the_secrets_of_components(
    engine: Engine, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secret_keys, "GRACE_SECONDS", 0.0)
    made = a_component(engine, admin)
    before = made.record.sealed

    list(rotate_data_keys(engine, admin))

    after = engine.store.components.find(admin.company_id, made.record.id)
    assert after is not None
    assert after.sealed != before
    assert open_secrets(engine.vault, after) == {"password": SMTP["password"]}
