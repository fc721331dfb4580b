"""Bring a snapshot back into an empty database."""

import contextlib
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import click

from config.settings import Settings, from_environment
from flow8 import data_directory, embedded, key_files
from flow8.engine.engine import open_engine
from flow8.services.restore import Restored, restore


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(file: Path, *, as_json: bool) -> None:
    """Bring FILE, which `snapshot` wrote, back into an empty database.

    The keys must be those of the installation that it was taken of: ENCRYPTION_KEY and
    ENCRYPTION_KEY_SALT, or its folder DATA_DIR/keys. If it is stopped half way, run it again.
    """
    with _settings() as settings:
        engine = open_engine(settings)
        try:
            restored = restore(engine, file, lambda line: click.echo(line, err=True))
        finally:
            engine.close()
    click.echo(json.dumps(dataclasses.asdict(restored)) if as_json else _text(restored))


@contextlib.contextmanager
def _settings() -> Iterator[Settings]:
    """The settings with a database: the one named, else flow8's own, which must not be in use."""
    settings = key_files.filled_in(from_environment())
    data_directory.lay_out(settings.data_dir)
    with data_directory.lock(settings.data_dir):
        if settings.mongodb_uri is not None:
            yield settings
            return
        server = embedded.start(settings.data_dir / data_directory.MONGODB, mongod=settings.flow8_mongod)
        try:
            yield dataclasses.replace(settings, mongodb_uri=server.uri)
        finally:
            server.stop()


def _text(restored: Restored) -> str:
    missing = f" The bytes of {restored.missing} files were gone when it was taken." * bool(restored.missing)
    return (
        f"{restored.documents} documents and {restored.files} file{'s' * (restored.files != 1)} are back; "
        f"{restored.queued} plays that ran wait for a worker.{missing}\n"
        "Start flow8 now. Everybody signs in anew."
    )
