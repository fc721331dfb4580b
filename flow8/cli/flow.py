"""Import, export, list and publish flows."""

import json
from typing import IO, Any

import click
from rich.console import Console
from rich.table import Table

from flow8.cli.caller import Caller, open_caller
from flow8.clock import iso
from flow8.services import flows
from flow8.services.channels import MadeChannel
from flow8.services.flows import Imported
from flow8.services.page import LARGEST_SIZE
from flow8.store.flows import FlowRecord

as_json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


@click.group("flow")
def command() -> None:
    """Import, export, list and publish flows."""


@command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--publish", is_flag=True, help="Make it the version that runs from now on.")
@click.option("--force", is_flag=True, help="Replace a draft with edits that were never published.")
@click.option("--note", metavar="TEXT", help="One line about the new version.")
@as_json_option
def import_(file: IO[bytes], *, publish: bool, force: bool, note: str | None, as_json: bool) -> None:
    """Take a flow from FILE (YAML or JSON; - is the input) as its draft."""
    with open_caller() as by:
        text = file.read()
        imported = flows.import_text(by.engine, by.actor, text, publish=publish, force=force, note=note)
    click.echo(_as_json(imported) if as_json else _told(imported))


@command.command("export")
@click.argument("name", metavar="FLOW")
def export(name: str) -> None:
    """Print the draft of FLOW as YAML."""
    with open_caller() as by:
        click.echo(flows.export_text(by.engine, by.actor, name), nl=False)


@command.command("list")
@as_json_option
def list_(*, as_json: bool) -> None:
    """List all flows."""
    with open_caller() as by:
        found = _all(by)
    if as_json:
        click.echo(json.dumps([_row(flow) for flow in found], indent=2))
        return
    table = Table("Flow", "Name", "Version", "Draft", "Updated", box=None, pad_edge=False)
    for flow in found:
        draft = "edited" if flow.has_unpublished_edits else "published"
        name = flow.name if flow.enabled else f"{flow.name} (disabled)"
        table.add_row(flow.permanent_id, name, str(flow.published or "-"), draft, iso(flow.updated_at))
    Console().print(table)


@command.command("publish")
@click.argument("name", metavar="FLOW")
@click.option("--note", metavar="TEXT", help="One line about the new version.")
@as_json_option
def publish(name: str, *, note: str | None, as_json: bool) -> None:
    """Make the draft of FLOW the version that runs from now on."""
    with open_caller() as by:
        flow = flows.publish(by.engine, by.actor, name, note)
    if as_json:
        click.echo(json.dumps(_row(flow), indent=2))
    else:
        click.echo(f"{flow.permanent_id}: published as version {flow.published}.")


def _all(by: Caller) -> list[FlowRecord]:
    first = flows.list_flows(by.engine, by.actor, size=LARGEST_SIZE)
    rest = [
        flows.list_flows(by.engine, by.actor, page=page, size=LARGEST_SIZE)
        for page in range(2, first.pages + 1)
    ]
    return [flow for page in (first, *rest) for flow in page.data]


def _told(imported: Imported) -> str:
    """What an import did, in sentences."""
    done = "saved as the draft" if imported.version is None else f"published as version {imported.version}"
    lines = [f"{imported.flow.permanent_id}: {done}."]
    if imported.problems:
        lines += ["It cannot be published yet:", *(f"  {problem}" for problem in imported.problems)]
    return "\n".join([*lines, *(_told_channel(made) for made in imported.channels)])


def _told_channel(made: MadeChannel) -> str:
    channel = made.channel
    place = f" on port {channel.port}" if channel.port else ""
    token = f"; its token, shown this once: {made.token}" if made.token else ""
    return f"channel {channel.slug} ({channel.kind}) made{place}{token}"


def _as_json(imported: Imported) -> str:
    document = {
        **_row(imported.flow),
        "version": imported.version,
        "problems": [{"path": problem.path, "message": problem.message} for problem in imported.problems],
        "channels": [_channel(made) for made in imported.channels],
    }
    return json.dumps(document, indent=2)


def _row(flow: FlowRecord) -> dict[str, Any]:
    return {
        "id": flow.id,
        "flow": flow.permanent_id,
        "name": flow.name,
        "category": flow.category,
        "enabled": flow.enabled,
        "published": flow.published,
        "hasUnpublishedEdits": flow.has_unpublished_edits,
        "updatedAt": iso(flow.updated_at),
        "updatedBy": flow.updated_by,
    }


def _channel(made: MadeChannel) -> dict[str, Any]:
    channel = made.channel
    return {"slug": channel.slug, "kind": channel.kind, "port": channel.port, "token": made.token}
