"""Links as people keep them."""

from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.services import secret_keys
from flow8.services.links import LinkWish, change_link, get_link, list_links, remove_link
from flow8.services.secret_keys import rotate_data_keys
from flow8.store.links import LinkRecord
from flow8.vault.credentials import open_secret
from tests.support.audit import actions_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.resources import PASSWORD, a_link


def secret_of(engine: Engine, link: LinkRecord) -> str:
    now = engine.store.links.find(link.company_id, link.id)
    assert now is not None
    return open_secret(engine.vault, now)


def test_a_secret_is_kept_sealed_and_never_shown(engine: Engine, admin: Actor) -> None:
    made = a_link(engine, admin)

    everything = [
        *engine.store.database["links"].find(),
        *engine.store.database["audit"].find(),
        *list_links(engine, admin).data,
        get_link(engine, admin, "crm"),
    ]
    assert PASSWORD not in str(everything)
    assert secret_of(engine, made) == PASSWORD


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"name": ""}, ["name"]),
        ({"service": "My Service"}, ["service"]),
        ({"kind": "oauth"}, ["kind"]),
        ({"kind": "basic"}, ["user"]),
        ({"kind": "basic", "user": "a:b"}, ["user"]),
        ({"kind": "key"}, ["header"]),
        ({"kind": "key", "header": "X Key"}, ["header"]),
        ({"user": "ada"}, ["user"]),
        ({"header": "X-Key"}, ["header"]),
        ({"hosts": ()}, ["hosts"]),
        ({"hosts": ("api.example.com", "https://x.example")}, ["hosts[1]"]),
        ({"secret": "short"}, ["secret"]),
        ({"secret": "long enough\r\nX-Evil: 1"}, ["secret"]),
        ({"secret": "größer als acht"}, ["secret"]),
    ],
)
def test_every_field_that_is_not_right_is_told(
    engine: Engine, admin: Actor, changes: dict[str, Any], paths: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        a_link(engine, admin, **changes)

    assert [problem.path for problem in refused.value.problems] == paths


def test_a_secret_stays_unless_more_hosts_would_get_it(engine: Engine, admin: Actor) -> None:
    made = a_link(engine, admin, hosts=("a.example", "b.example"))

    change_link(engine, admin, "crm", LinkWish("crm", ("a.example",)), secret=None)
    with pytest.raises(Invalid) as refused:
        change_link(engine, admin, "crm", LinkWish("crm", ("a.example", "evil.example")), secret=None)
    assert [problem.path for problem in refused.value.problems] == ["secret"]
    assert secret_of(engine, made) == PASSWORD
    wish = LinkWish("crm", ("a.example", "c.example"))
    change_link(engine, admin, "crm", wish, secret="another-secret", rev=2)
    assert secret_of(engine, made) == "another-secret"


def test_names_are_unique_and_stale_changes_refused(
    engine: Engine, admin: Actor, stranger: Actor, viewer: Actor
) -> None:
    made = a_link(engine, admin)
    a_link(engine, stranger)

    with pytest.raises(Conflict) as taken:
        a_link(engine, admin)
    assert taken.value.error_code == "LINK_EXISTS"
    with pytest.raises(Conflict) as changed:
        remove_link(engine, admin, "crm", rev=7)
    assert changed.value.error_code == "LINK_CHANGED"
    with pytest.raises(NotFound):
        get_link(engine, stranger, made.id)
    with pytest.raises(Denied):
        a_link(engine, viewer, "other")
    remove_link(engine, admin, "crm", rev=1)
    assert actions_of(engine, admin.company_id)[:1] == ["links.create"]


def test_one_that_a_published_flow_names_is_not_removed(engine: Engine, admin: Actor, stage: Stage) -> None:
    a_link(engine, admin)
    call = {"ref": "call", "appId": "curl", "args": {"url": "https://api.example.com/"}}
    flow = stage.publish(a_flow({**call, "linkIdsByType": {"http": "crm"}}))

    for act in (
        lambda: remove_link(engine, admin, "crm"),
        lambda: change_link(engine, admin, "crm", LinkWish("x", ("api.example.com",)), secret=None),
    ):
        with pytest.raises(Conflict, match="a-flow") as refused:
            act()
        assert refused.value.error_code == "LINK_IN_USE"
    engine.store.flows.publish(engine.store.flows.save_draft(flow, a_flow(call), "test"), None, "test")
    remove_link(engine, admin, "crm")


def test_new_data_keys_open_the_secrets_of_links(
    engine: Engine, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secret_keys, "GRACE_SECONDS", 0.0)
    made = a_link(engine, admin)

    list(rotate_data_keys(engine, admin))

    assert engine.store.links.find(admin.company_id, made.id) != made
    assert secret_of(engine, made) == PASSWORD
