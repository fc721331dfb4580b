"""Save what people wrote and set up as JSON, or everything in one file."""

import dataclasses
import json
from pathlib import Path

import click

from flow8.cli.caller import open_caller
from flow8.clock import utc_now
from flow8.services import snapshots
from flow8.services.snapshots import Taken


@click.command("snapshot")
@click.option("--all", "everything", is_flag=True, help="Everything: plays, values, files and audit as well.")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(*, everything: bool, file: Path | None, as_json: bool) -> None:
    """Save flows, channels, schedules, people and resources as JSON in DATA_DIR/db; with --all, everything.

    With --all, FILE says where to; otherwise it lies in DATA_DIR/db too. flow8 goes on meanwhile; with
    a single MongoDB (no replica set) its writes wait while the database is read. Keys are in no snapshot:
    back up ENCRYPTION_KEY and ENCRYPTION_KEY_SALT apart.
    """
    if file is not None and not everything:
        raise click.UsageError("FILE is for --all; a snapshot of definitions lies in DATA_DIR/db.")
    with open_caller() as by:
        if everything:
            default = by.engine.settings.data_dir / "db" / f"flow8-all-{utc_now():%Y%m%dT%H%M%SZ}.zip"
            taken = snapshots.take_everything(by.engine, by.actor, file or default)
        else:
            taken = snapshots.take_definitions(by.engine, by.actor)
    click.echo(_json(taken) if as_json else _text(taken))


def _json(taken: Taken) -> str:
    return json.dumps({**dataclasses.asdict(taken), "path": str(taken.path)})


def _text(taken: Taken) -> str:
    files = f" and {taken.files} file{'s' * (taken.files != 1)}" if taken.files else ""
    missing = f"; the bytes of {taken.missing} files were gone already" if taken.missing else ""
    return (
        f"{taken.path}: {taken.documents} documents{files}, {taken.size:,} bytes{missing}\n"
        "It does not hold the keys. Keep ENCRYPTION_KEY and ENCRYPTION_KEY_SALT apart from it; "
        "without them no secret in it can be read."
    )
