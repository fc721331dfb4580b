"""`user add|password|link`."""

import json

from flow8.engine.engine import Engine
from flow8.services.sign_in import sign_in
from tests.flow8.cli.conftest import Command

PASSWORD = "correct horse battery"


def test_a_user_is_added_with_a_password_that_is_shown_once(call: Command, engine: Engine) -> None:
    done = call("user", "add", "Bob@example.com", "--role", "editor", "--name", "Bob")

    first, second = done.stdout.splitlines()
    assert done.exit_code == 0
    assert first == "bob@example.com is editor now."
    password = second.removeprefix("The password, shown this once: ")
    assert sign_in(engine, "bob@example.com", password).user.name == "Bob"


def test_a_password_may_be_asked_for(call: Command, engine: Engine) -> None:
    call("user", "add", "bob@example.com")

    done = call("user", "password", "bob@example.com", "--ask", text=f"{PASSWORD}\n{PASSWORD}\n")

    assert done.exit_code == 0
    assert PASSWORD not in done.stdout
    assert sign_in(engine, "bob@example.com", PASSWORD).user.email == "bob@example.com"


def test_somebody_joins_another_company_and_keeps_the_account(call: Command, engine: Engine) -> None:
    other = engine.store.companies.ensure("other", "Other")
    call("user", "add", "bob@example.com")

    done = call("user", "add", "bob@example.com", "--company", "other", "--role", "none", "--json")

    shown = json.loads(done.stdout)
    bob = engine.store.users.by_email("bob@example.com")
    assert bob is not None
    assert (shown["id"], shown["password"]) == (bob.id, None)
    assert bob.roles[other.id] is None


def test_what_is_wrong_is_a_sentence(call: Command) -> None:
    nobody = call("user", "password", "nobody@example.com")
    nowhere = call("user", "add", "bob@example.com", "--company", "nowhere")

    assert (nobody.exit_code, nowhere.exit_code) == (1, 1)
    assert "There is no user nobody@example.com in this company." in nobody.output
    assert "There is no company 'nowhere'." in nowhere.output


def test_somebody_is_linked_to_a_microsoft_account(call: Command, engine: Engine) -> None:
    tenant, account = "72f988bf-86f1-41af-91ab-2d7cd011db47", "11111111-2222-4333-8444-555555555555"
    call("user", "add", "bob@example.com")

    done = call("user", "link", "bob@example.com", tenant, account)
    wrong = call("user", "link", "bob@example.com", "contoso.example", "bob")

    assert done.stdout == "bob@example.com may sign in with that Microsoft account now.\n"
    assert wrong.exit_code == 1
    assert "This is no Microsoft account." in wrong.output
    bob = engine.store.users.by_microsoft(f"{tenant}/{account}")
    assert bob is not None
    assert bob.email == "bob@example.com"
