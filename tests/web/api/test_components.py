"""Components and links over HTTP."""

from typing import Any

from tests.support.factories import a_flow
from tests.support.web import Program

SECRET = "swordfish-and-chips"
CONFIG = {"host": "mail.example.com", "user": "ada", "password": SECRET, "from": "flow8@example.com"}


def made(program: Program, path: str, **fields: Any) -> dict[str, Any]:
    answer = program.post(path, json=fields)
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json or {}
    return record


def test_a_component_is_made_read_changed_and_removed_without_showing_its_secret(program: Program) -> None:
    first = made(
        program, "components", name="desk", kind="mail", provider="smtp", config=CONFIG, isDefault=True
    )

    read = program.get("components/desk")
    assert (read.json, read.headers["ETag"]) == (first, '"1"')
    assert (first["secrets"], first["isDefault"], first["config"]["port"]) == ({"password": True}, True, 587)
    change = {"name": "office", "config": first["config"]}
    changed = program.ask("PUT", "components/desk", json=change, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    stale = program.ask("PUT", "components/office", json=change, headers={"If-Match": '"1"'})
    assert (stale.status_code, (stale.json or {})["error"]) == (409, "COMPONENT_CHANGED")
    listed = program.get("components?kind=mail")
    assert SECRET not in "".join(each.text for each in (read, changed, stale, listed))
    assert program.ask("DELETE", f"components/{first['id']}").status_code == 204
    assert program.get("components/office").status_code == 404


def test_providers_tell_the_form_of_their_configuration(program: Program) -> None:
    providers = {each["provider"]: each for each in (program.get("components/providers").json or {})["data"]}

    assert providers["smtp"]["secrets"] == ["password"]
    assert "host" in providers["smtp"]["config"]["properties"]


def test_a_test_answers_how_it_went(program: Program) -> None:
    made(program, "components", name="files", kind="storage", provider="local")

    tested = program.post("components/files/test").json or {}

    assert (tested["ok"], sorted(tested)) == (True, ["message", "ok", "seconds"])


def test_a_link_is_made_read_changed_and_removed_without_showing_its_secret(program: Program) -> None:
    first = made(program, "links", name="crm", hosts=["api.example.com"], secret=SECRET)

    read = program.get("links/crm")
    assert (read.json, read.headers["ETag"], first["kind"]) == (first, '"1"', "bearer")
    wish = {"name": "crm", "hosts": ["api.example.com"], "secret": f"{SECRET}2"}
    changed = program.ask("PUT", "links/crm", json=wish, headers={"If-Match": "1"})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    more = program.ask("PUT", "links/crm", json={"name": "crm", "hosts": ["evil.example"]})
    assert (more.status_code, [each["path"] for each in (more.json or {})["details"]]) == (422, ["secret"])
    assert SECRET not in "".join(each.text for each in (read, changed, more, program.get("links")))
    assert program.ask("DELETE", "links/crm", headers={"If-Match": '"1"'}).status_code == 409
    assert program.ask("DELETE", "links/crm").status_code == 204


def test_another_configuration_is_tried_and_not_kept(program: Program) -> None:
    first = made(program, "components", name="desk", kind="mail", provider="smtp", config=CONFIG)
    other = {**CONFIG, "host": "127.0.0.1", "password": f"{SECRET}-2"}

    tried = program.post("components/desk/test", json={"config": other})
    moved = program.post("components/desk/test", json={"config": {**first["config"], "host": "127.0.0.1"}})

    assert (tried.json or {})["ok"] is False
    assert [each["path"] for each in (moved.json or {})["details"]] == ["config.password"]
    assert program.get("components/desk").json == first
    assert SECRET not in tried.text + moved.text


def test_who_uses_components_and_links_is_told_in_one_list(program: Program) -> None:
    files = made(program, "components", name="files", kind="storage", provider="local", isDefault=True)
    crm = made(program, "links", name="crm", hosts=["api.example.com"], secret=SECRET)
    other = made(program, "links", name="other", hosts=["api.example.com"], secret=SECRET)
    call = {
        "ref": "call",
        "appId": "curl",
        "args": {"url": "https://api.example.com"},
        "linkIdsByType": {"http": "crm"},
    }
    imported = program.post("flows/import?publish=true", json=a_flow(call, flow="caller", name="Caller"))
    assert imported.status_code == 200, imported.text

    links = {each["id"]: each["flows"] for each in (program.get("links/uses").json or {})["data"]}
    components = {each["id"]: each["flows"] for each in (program.get("components/uses").json or {})["data"]}

    assert links == {crm["id"]: ["caller"], other["id"]: []}
    assert components == {files["id"]: []}
