"""Make, list and revoke API keys."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from flow8.cli.caller import open_caller
from flow8.clock import iso
from flow8.domain.access import Role
from flow8.services import keys
from flow8.services.first_start import COMPANY
from flow8.services.page import LARGEST_SIZE, some_of
from flow8.services.tools import all_tools
from flow8.store.api_keys import ApiKey

as_json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
company_option = click.option(
    "--company", metavar="SLUG", default=COMPANY, show_default=True, help="The company that it is about."
)


@click.group("key")
def command() -> None:
    """Make, list and revoke API keys."""


@command.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Its role; without it admin.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(keys.SCOPES),
    help="standard (the usual) or mcp; given twice, both.",
)
@click.option("--tool", "tools", multiple=True, metavar="NAME", help="With scope mcp: only these tools.")
@click.option("--days", type=click.IntRange(1, 36500), help="So many days it lives; without it for ever.")
@company_option
@as_json_option
def create(
    name: str,
    *,
    role: str | None,
    scopes: tuple[str, ...],
    tools: tuple[str, ...],
    days: int | None,
    company: str,
    as_json: bool,
) -> None:
    """Make a key; its text is shown this once."""
    with open_caller(company) as by:
        key, text = keys.create_key(
            by.engine,
            by.actor,
            name=name,
            scopes=scopes or (keys.STANDARD,),
            role=role,
            tools=tools or None,
            expires_at=None if days is None else datetime.now(UTC) + timedelta(days=days),
        )
        unknown = sorted(set(tools) - {tool.name for tool in all_tools(by.engine, by.actor)}) if tools else []
    if unknown:
        click.echo(
            f"No tool is called {some_of(unknown)} so far; a route of an mcp channel makes one.", err=True
        )
    if as_json:
        click.echo(json.dumps({**_row(key), "key": text}, indent=2))
    else:
        click.echo(f"Key {key.id} ({key.name}, {key.role}); its text, shown this once:\n{text}")


@command.command("list")
@company_option
@as_json_option
def list_(*, company: str, as_json: bool) -> None:
    """List the newest hundred keys, ended ones too."""
    with open_caller(company) as by:
        found = keys.list_keys(by.engine, by.actor, size=LARGEST_SIZE).data
    if as_json:
        click.echo(json.dumps([_row(key) for key in found], indent=2))
        return
    table = Table("Id", "Name", "Role", "Scopes", "Last use", "Ended", box=None, pad_edge=False)
    for key in found:
        shown = _row(key)
        ended = shown["revokedAt"] or shown["expiresAt"] or "-"
        table.add_row(key.id, key.name, key.role, " ".join(key.scopes), shown["lastUsedAt"] or "-", ended)
    Console().print(table)


@command.command("revoke")
@click.argument("key_id", metavar="ID")
@company_option
def revoke(key_id: str, *, company: str) -> None:
    """End the key of this ID (the part between f8_ and the next _)."""
    with open_caller(company) as by:
        keys.revoke_key(by.engine, by.actor, key_id)
    click.echo(f"Key {key_id} is revoked.")


def _row(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "scopes": list(key.scopes),
        "tools": None if key.tools is None else list(key.tools),
        "createdAt": _shown(key.created_at),
        "expiresAt": _shown(key.expires_at),
        "lastUsedAt": _shown(key.last_used_at),
        "revokedAt": _shown(key.revoked_at),
    }


def _shown(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
