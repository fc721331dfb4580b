"""Components and links that flows name: missing ones are listed, and texts hold names, never ids."""

import json
from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Invalid
from flow8.services.drafts import create_draft
from flow8.services.flows import export_text, import_text
from tests.support.factories import a_flow
from tests.support.resources import a_component, a_link


def naming(mail: str, link: str) -> dict[str, Any]:
    args = {"to": "ada@example.com", "subject": "x", "text": "y"}
    return a_flow(
        {"ref": "tell", "appId": "send-mail", "args": args, "componentConfigIds": {"mail": mail}},
        {
            "ref": "call",
            "appId": "curl",
            "args": {"url": "https://api.example.com/"},
            "linkIdsByType": {"http": link},
        },
    )


MISSING = [
    "flowlets[0].componentConfigIds.mail: there is no mail component 'desk'; make it first",
    "flowlets[1].linkIdsByType.http: there is no link for http 'crm'; make it first",
]


def test_every_name_that_the_company_does_not_have_is_listed(engine: Engine, admin: Actor) -> None:
    text = json.dumps(naming("desk", "crm"))

    assert list(map(str, import_text(engine, admin, text).problems)) == MISSING
    with pytest.raises(Invalid) as refused:
        import_text(engine, admin, text, publish=True)
    assert list(map(str, refused.value.problems)) == MISSING
    saved = create_draft(engine, admin, {**naming("desk", "crm"), "flow": "other"})
    assert list(map(str, saved.problems)) == MISSING


def test_a_component_of_another_kind_is_missing(engine: Engine, admin: Actor) -> None:
    a_component(engine, admin, kind="storage", provider="local", config={})
    a_link(engine, admin, service="github")

    assert list(map(str, import_text(engine, admin, json.dumps(naming("desk", "crm"))).problems)) == MISSING


def test_who_is_to_be_told_and_is_nobody_is_listed(engine: Engine, admin: Actor) -> None:
    engine.store.user_groups.create(admin.company_id, "Bosses", [])
    known = ["bosses", "ada@example.com", "https://hooks.example.com/x"]
    text = json.dumps(a_flow(notify={"approval": [*known, "nobody"], "failure": []}))

    [problem] = import_text(engine, admin, text).problems

    assert problem.path == "notify.approval[3]"


def test_an_export_writes_names_and_its_import_finds_them(engine: Engine, admin: Actor) -> None:
    mail, link = a_component(engine, admin).record.id, a_link(engine, admin).id
    imported = import_text(engine, admin, json.dumps(naming(mail, link)), publish=True)

    text = export_text(engine, admin, imported.flow.id)

    assert "mail: desk" in text
    assert "http: crm" in text
    assert mail not in text
    assert link not in text
    assert import_text(engine, admin, text, publish=True).version == 2
