"""Versions, and what differs between two of them."""

import json
from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Invalid, NotFound
from flow8.services.drafts import create_draft, save_draft
from flow8.services.flows import publish
from flow8.services.versions import compare, get_version, list_versions
from tests.support.factories import a_flow


def versions(engine: Engine, admin: Actor, *flows: dict[str, Any]) -> None:
    create_draft(engine, admin, flows[0])
    publish(engine, admin, "a-flow", "one")
    for flow in flows[1:]:
        save_draft(engine, admin, "a-flow", flow, digest=None)
        publish(engine, admin, "a-flow", flow["name"])


@pytest.mark.parametrize("count", [1, 3])
def test_versions_are_listed_newest_first(engine: Engine, admin: Actor, count: int) -> None:
    versions(engine, admin, *(a_flow(name=f"N{number}") for number in range(count)))

    found = list_versions(engine, admin, "a-flow")

    assert [each.version for each in found.data] == list(range(count, 0, -1))
    assert (found.data[-1].note, found.data[-1].created_by) == ("one", admin.name)
    assert get_version(engine, admin, "a-flow", 1).definition["name"] == "N0"


def test_versions_that_are_none_are_not_found(engine: Engine, admin: Actor, stranger: Actor) -> None:
    versions(engine, admin, a_flow())
    flow = engine.store.flows.find(admin.company_id, "a-flow")
    assert flow is not None
    engine.store.flows.keep_tested(admin.company_id, flow.id, a_flow(), "x")

    for number in (0, 2, -1, 10**18):
        with pytest.raises(NotFound):
            get_version(engine, admin, "a-flow", number)
    with pytest.raises(NotFound):
        list_versions(engine, stranger, "a-flow")
    assert list_versions(engine, admin, "a-flow").total == 1


def test_versions_and_the_draft_are_compared(engine: Engine, admin: Actor) -> None:
    versions(engine, admin, a_flow(), a_flow(name="Two"))
    save_draft(engine, admin, "a-flow", a_flow(name="Three"), digest=None)

    def names(a: str, b: str) -> list[tuple[Any, Any]]:
        return [(each.before, each.after) for each in compare(engine, admin, "a-flow", a, b).diff.fields]

    assert names("1", "2") == [("A flow", "Two")]
    assert names("2", "1") == [("Two", "A flow")]
    assert names("published", "draft") == [("Two", "Three")]
    assert compare(engine, admin, "a-flow", "2", "published").diff.is_empty
    assert "name: Three" in compare(engine, admin, "a-flow").texts[1]


def test_a_flow_that_was_never_published_is_all_new(engine: Engine, admin: Actor) -> None:
    create_draft(engine, admin, a_flow())

    assert [each["ref"] for each in compare(engine, admin, "a-flow").diff.added] == ["only"]


@pytest.mark.parametrize("side", ["0", "x", "-1", "1" * 10, ""])
def test_what_is_no_version_is_refused(engine: Engine, admin: Actor, side: str) -> None:
    create_draft(engine, admin, a_flow())

    with pytest.raises(Invalid):
        compare(engine, admin, "a-flow", side, "draft")


CANARY = "canary-in-the-mine"


@pytest.mark.parametrize(
    "args",
    [
        {"url": "https://x.example", "headers": {"Authorization": CANARY}},
        {"url": "https://x.example", "headers": {"X-Api-Key": CANARY}},
        {"url": f"https://user:{CANARY}@x.example"},
        {"url": "https://x.example", "headers": {"Accept": f"Bearer {CANARY}"}},
        {"url": "https://x.example", "headers": {"Authorization": "{{ '" + CANARY + "' }}"}},
        {"url": "https://x.example", "headers": {"Authorization": CANARY + " {{ $args.n }}"}},
        {"url": "https://x.example", "json": {"user": {"password": CANARY, "deep": {"token": [CANARY]}}}},
    ],
)
def test_a_diff_never_shows_a_secret_and_tells_that_it_changed(
    engine: Engine, admin: Actor, args: dict[str, Any]
) -> None:
    def flow(secret: str) -> dict[str, Any]:
        text = json.dumps({"ref": "a", "appId": "curl", "args": args})
        return a_flow(json.loads(text.replace(CANARY, secret)))

    added = create_draft(engine, admin, flow(CANARY))
    new = compare(engine, admin, "a-flow")
    engine.store.flows.publish(added.flow, None, "x")
    save_draft(engine, admin, "a-flow", flow(CANARY + "-2"), digest=None)

    changed = compare(engine, admin, "a-flow", "1", "draft")

    assert CANARY not in repr(changed) + repr(new)
    assert [each.ref for each in changed.diff.changed] == ["a"]
    assert "***" in changed.texts[0]


def test_expressions_are_shown_for_they_hold_no_secret(engine: Engine, admin: Actor) -> None:
    headers = {"Authorization": "Bearer {{ $kv.key }}"}
    step = {"ref": "a", "appId": "curl", "args": {"url": "https://x.example", "headers": headers}}
    create_draft(engine, admin, a_flow(step))

    assert "$kv.key" in compare(engine, admin, "a-flow").texts[1]
