"""Secrets in the text of a flow: who may edit it works with them, nobody else is given them by any way."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from flow8.domain.access import RIGHTS, Actor, Grants, Right, Role
from flow8.engine.engine import Engine
from flow8.errors import Invalid
from flow8.services.agent_resources import read_resource
from flow8.services.approvals import waiting_for_me
from flow8.services.drafts import create_draft, save_draft
from flow8.services.flows import draft_problems, export_text, get_flow, import_text, list_flows, publish
from flow8.services.plays import get_layer
from flow8.services.raw_values import raw_layer_value
from flow8.services.versions import get_version
from tests.support.engines import Stage
from tests.support.factories import a_flow

CANARY = "canary-in-the-mine"
STEP = {"ref": "a", "appId": "var", "args": {"values": {"apiKey": CANARY, "quoted": "plain"}}}
ASKS = {**STEP, "ref": "asks", "needsApproval": True}

Look = Callable[[Engine, Actor], Any]
LOOKS: dict[str, Look] = {
    "the draft": lambda engine, actor: get_flow(engine, actor, "a-flow").draft,
    "a version": lambda engine, actor: get_version(engine, actor, "a-flow", 1).definition,
    "the export": lambda engine, actor: export_text(engine, actor, "a-flow"),
}


@pytest.fixture
def made(engine: Engine, admin: Actor) -> str:
    """The id of a flow with a secret in its text."""
    create_draft(engine, admin, a_flow(STEP))
    return publish(engine, admin, "a-flow").id


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("what", LOOKS)
@pytest.mark.parametrize("role", Role)
def test_only_who_may_edit_is_shown_them(engine: Engine, admin: Actor, what: str, role: Role) -> None:
    shown = repr(LOOKS[what](engine, replace(admin, rights=RIGHTS[role])))

    assert (CANARY in shown) == (Right.EDIT in RIGHTS[role])
    assert ("***" in shown) != (CANARY in shown)
    assert "plain" in shown


def test_a_grant_to_edit_the_flow_shows_them(engine: Engine, viewer: Actor, made: str) -> None:
    granted = Grants(flows={made: frozenset({Right.VIEW, Right.EDIT})})

    assert CANARY not in repr(get_flow(engine, viewer, "a-flow"))
    assert CANARY in repr(get_flow(engine, replace(viewer, grants=granted), "a-flow"))


@pytest.mark.usefixtures("made")
def test_an_agent_is_not_shown_them_whatever_it_may_do(engine: Engine, admin: Actor) -> None:
    text, _ = read_resource(engine, admin, "flow8://flows/a-flow")

    assert CANARY not in text
    assert "apiKey: '***'" in text


def test_a_search_does_not_tell_how_one_begins(
    engine: Engine, admin: Actor, viewer: Actor, made: str
) -> None:
    def found(actor: Actor, text: str) -> int:
        return list_flows(engine, actor, text=text).total

    assert [found(admin, text) for text in ("plain", "CANARY-", "plain canary")] == [1, 1, 1]
    assert [found(viewer, text) for text in ("plain", "CANARY-", "plain canary")] == [1, 0, 0]
    granted = replace(viewer, grants=Grants(flows={made: frozenset({Right.VIEW, Right.EDIT})}))
    assert found(granted, "canary-") == 1


@pytest.mark.usefixtures("made")
def test_a_draft_that_an_editor_sends_back_keeps_them(engine: Engine, admin: Actor) -> None:
    seen = get_flow(engine, admin, "a-flow")

    saved = save_draft(engine, admin, "a-flow", {**seen.draft, "name": "New name"}, digest=seen.draft_digest)

    assert saved.problems == ()
    assert saved.flow.draft["flowlets"] == seen.draft["flowlets"]
    again = import_text(engine, admin, export_text(engine, admin, "a-flow"), force=True)
    assert again.flow.draft == saved.flow.draft


@pytest.mark.parametrize(
    ("values", "paths"),
    [
        ({"apiKey": "***"}, ["flowlets[0].args.values.apiKey"]),
        ({"deep": [{"password": "***"}]}, ["flowlets[0].args.values.deep[0].password"]),
        ({"at": "https://***@example.com"}, ["flowlets[0].args.values.at"]),
        ({"at": "Bearer ***"}, ["flowlets[0].args.values.at"]),
        ({"line": "***", "apiKey": "{{ $kv.key }}", "text": "a *** b"}, []),
    ],
)
def test_a_mask_in_place_of_one_is_never_published(
    engine: Engine, admin: Actor, values: dict[str, Any], paths: list[str]
) -> None:
    text = a_flow({"ref": "a", "appId": "var", "args": {"values": values}})

    created = create_draft(engine, admin, text)

    assert [each.path for each in created.problems] == paths
    assert [each.path for each in draft_problems(engine, admin, created.flow)] == paths
    if paths:
        for way in (lambda: publish(engine, admin, "a-flow"), lambda: _import(engine, admin, text)):
            with pytest.raises(Invalid) as refused:
                way()
            assert "$kv" in refused.value.problems[0].message


def _import(engine: Engine, actor: Actor, text: dict[str, Any]) -> None:
    import_text(engine, actor, repr(text).replace("'", '"'), publish=True)


def test_problems_of_a_secret_do_not_say_what_stands_there(
    engine: Engine, admin: Actor, viewer: Actor
) -> None:
    wrong = {"ref": "a", "appId": "var", "args": {"values": {"apiKey": "{{ " + CANARY + "( }}"}}}
    flow = create_draft(engine, admin, a_flow(wrong)).flow

    [told] = draft_problems(engine, viewer, flow)

    assert (told.path, CANARY in told.message) == ("flowlets[0].args.values.apiKey", False)
    assert draft_problems(engine, admin, flow)[0].message != told.message


def test_the_fields_of_a_form_are_shown_and_the_secrets_in_it_are_not(
    engine: Engine, admin: Actor, viewer: Actor
) -> None:
    field = {"type": "string", "default": CANARY}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"token": field, "n": {"type": "integer", "default": 3}},
    }
    create_draft(engine, admin, a_flow(input=schema))

    shown = get_flow(engine, viewer, "a-flow").draft["input"]

    assert shown == {**schema, "properties": {**schema["properties"], "token": {**field, "default": "***"}}}


@pytest.mark.parametrize(
    "value", [CANARY, "{{ '" + CANARY + "' }}", CANARY + "-{{ $args.n }}", "{{ $args.n }}" + CANARY]
)
def test_what_a_play_recorded_of_them_is_not_shown_either(
    engine: Engine, stage: Stage, admin: Actor, viewer: Actor, value: str
) -> None:
    step = {"ref": "a", "appId": "var", "args": {"values": {"apiKey": value, "quoted": "plain"}}}
    play = stage.play(step, args={"n": 1})

    def seen(actor: Actor) -> str:
        raw = [raw_layer_value(engine, actor, play.id, "a", of) for of in ("input", "output")]
        return repr(get_layer(engine, actor, play.id, "a")) + "".join("".join(each) for each in raw)

    assert seen(admin).count(CANARY) == 4
    assert (seen(viewer).count(CANARY), seen(viewer).count("plain")) == (0, 4)


def test_where_what_was_played_is_not_kept_nothing_of_it_is_shown(
    engine: Engine, stage: Stage, admin: Actor, viewer: Actor
) -> None:
    play = stage.play({"ref": "a", "appId": "var", "args": {"values": {"apiKey": CANARY}}})
    engine.store.database["flow_versions"].delete_many({"flowId": play.flow_id})

    for of in ("input", "output"):
        assert CANARY in "".join(raw_layer_value(engine, admin, play.id, "a", of))
        assert "".join(raw_layer_value(engine, viewer, play.id, "a", of)) == '"***"'


def test_an_approver_decides_without_them(engine: Engine, stage: Stage, admin: Actor, viewer: Actor) -> None:
    stage.play(ASKS)
    approver = replace(viewer, rights=RIGHTS[Role.APPROVER])

    [mine], [theirs] = (waiting_for_me(engine, actor).rows for actor in (admin, approver))

    assert (CANARY in repr(mine), CANARY in repr(theirs)) == (True, False)
    assert theirs["approvals"][0]["input"]["values"]["quoted"] == "plain"
