"""Add people, give them new passwords, and let them sign in with a Microsoft account."""

import json
from typing import Any

import click

from flow8.cli.caller import open_caller
from flow8.domain.access import Role
from flow8.services import users
from flow8.services.first_start import COMPANY
from flow8.store.people import User

NO_ROLE = "none"

as_json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
company_option = click.option(
    "--company", metavar="SLUG", default=COMPANY, show_default=True, help="The company that it is about."
)
ask_option = click.option(
    "--ask", is_flag=True, help="Ask for the password; without this one is made up and shown once."
)


@click.group("user")
def command() -> None:
    """Add people, give them new passwords, let them sign in with a Microsoft account."""


@command.command("add")
@click.argument("email")
@click.option("--name", metavar="TEXT", help="What to call them; without it the address.")
@click.option(
    "--role",
    type=click.Choice([*(role.value for role in Role), NO_ROLE]),
    default=Role.VIEWER.value,
    show_default=True,
    help="Their role; none leaves them what is granted on flows.",
)
@company_option
@ask_option
@as_json_option
def add(email: str, *, name: str | None, role: str, company: str, ask: bool, as_json: bool) -> None:
    """Add EMAIL to a company; somebody with an account keeps it and joins."""
    password = _asked_for() if ask else None
    with open_caller(company) as by:
        made, made_up = users.add_user(
            by.engine,
            by.actor,
            email=email,
            name=name or email,
            role=None if role == NO_ROLE else role,
            password=password,
        )
    click.echo(_as_json(made, made_up) if as_json else _told(f"{made.email} is {role} now.", made_up))


@command.command("password")
@click.argument("email")
@company_option
@ask_option
@as_json_option
def password(email: str, *, company: str, ask: bool, as_json: bool) -> None:
    """Give EMAIL a new password. Their sessions end."""
    given = _asked_for() if ask else None
    with open_caller(company) as by:
        user = users.user_of(by.engine, by.actor, email)
        made_up = users.set_password(by.engine, by.actor, user.id, given)
    click.echo(_as_json(user, made_up) if as_json else _told(f"{user.email} has a new password.", made_up))


@command.command("link")
@click.argument("email")
@click.argument("tenant")
@click.argument("object_id", metavar="OBJECT")
@company_option
@as_json_option
def link(email: str, *, tenant: str, object_id: str, company: str, as_json: bool) -> None:
    """Let EMAIL sign in with the Microsoft account of these ids.

    When somebody without a user tries to sign in, the log names both ids.
    """
    with open_caller(company) as by:
        user = users.user_of(by.engine, by.actor, email)
        linked = users.link_microsoft(by.engine, by.actor, user.id, tenant, object_id)
    shown = {"id": linked.id, "email": linked.email, "microsoft": linked.microsoft}
    done = f"{linked.email} may sign in with that Microsoft account now."
    click.echo(json.dumps(shown, indent=2) if as_json else done)


def _asked_for() -> str:
    answer: str = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    return answer


def _told(done: str, made_up: str | None) -> str:
    return done if made_up is None else f"{done}\nThe password, shown this once: {made_up}"


def _as_json(user: User, made_up: str | None) -> str:
    shown: dict[str, Any] = {"id": user.id, "email": user.email, "name": user.name, "password": made_up}
    return json.dumps(shown, indent=2)
