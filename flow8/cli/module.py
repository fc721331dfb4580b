"""Write and test private modules."""

import contextlib
import json
import sys
from pathlib import Path
from typing import Any

import click

from config.settings import from_environment
from flow8.cli.module_examples import Tried, try_examples
from flow8.cli.module_text import name_problem, stem_of, text_of
from flow8.errors import Conflict, Invalid, NotFound
from flow8.kit.module import Module
from flow8.registry import CATALOGUE, load_registry

dir_option = click.option(
    "--dir",
    "directory",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of private modules; without it MODULES_DIR.",
)


@click.group("module")
def command() -> None:
    """Write and test private modules."""


@command.command("new")
@click.argument("name")
@dir_option
def new(name: str, *, directory: Path | None) -> None:
    """Write the module NAME, such as price-check, with an example that is true already."""
    if problem := name_problem(name):
        raise Invalid(problem)
    folder = _folder(directory)
    _refuse_taken(name, folder)
    file = folder / f"{stem_of(name)}.py"
    _write(file, text_of(name))
    place = "" if directory is None else f" --dir {directory}"
    click.echo(f"{file} is written.")
    click.echo(f"Change it, then: ./flow8core module test {name}{place}")


@command.command("test")
@click.argument("which", metavar="[NAME|FILE]", required=False)
@dir_option
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def test(ctx: click.Context, which: str | None, *, directory: Path | None, as_json: bool) -> None:
    """Check every private module, or one, and perform its examples. Exit code 1 when one is not true."""
    folder = _folder(directory)
    # What a module prints is for people, and must not stand in the middle of JSON.
    with contextlib.redirect_stdout(sys.stderr):
        tried = [each for module in _chosen(folder, which) for each in try_examples(module)]
    good = all(each.good for each in tried)
    if as_json:
        click.echo(json.dumps({"good": good, "examples": [_row(each) for each in tried]}, indent=2))
    else:
        _print(tried)
    ctx.exit(0 if good else 1)


def _folder(directory: Path | None) -> Path:
    """The folder of private modules.

    Raises:
        SettingsError: some settings are not right.
        NotFound: nobody named it.
    """
    folder = directory or from_environment().modules_dir
    if folder is None:
        raise NotFound("Set MODULES_DIR to the folder of your modules, or name the folder with --dir.")
    return folder


def _refuse_taken(name: str, folder: Path) -> None:
    if stem_of(name).replace("_", "-") in load_registry().modules:
        raise Conflict(f"The catalogue has a module {name!r} already; choose another name.")
    for file in folder.rglob(f"{stem_of(name)}.py"):
        if not any(part.startswith(("_", ".")) for part in file.relative_to(folder).parts):
            raise Conflict(f"{file} is there already; choose another name.")


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error


def _chosen(folder: Path, which: str | None) -> list[Module[Any]]:
    """The private modules of that name or in that file; without it all.

    Raises:
        Invalid: files that break a rule, be they chosen or not: flow8 does not start with such a file.
        NotFound: there are none.
    """
    registry = load_registry([folder])
    found = {
        module.app_id: module
        for module in registry.modules.values()
        if not module.source.startswith(f"{CATALOGUE}.")
    }
    if not found:
        raise NotFound(f"There is no module in {folder}; ./flow8core module new NAME writes one.")
    if which is None:
        return list(found.values())
    chosen = [each for each in found.values() if _is_meant(each, which, folder)]
    if not chosen:
        raise NotFound(f"There is no module {which!r} in {folder}; there are {', '.join(sorted(found))}.")
    return chosen


def _is_meant(module: Module[Any], which: str, folder: Path) -> bool:
    file = folder.joinpath(*module.source.split(".")[1:]).with_suffix(".py")
    return which.replace("_", "-") == module.app_id or Path(which).resolve() == file.resolve()


def _row(tried: Tried) -> dict[str, Any]:
    return {
        "module": tried.module,
        "title": tried.title,
        "good": tried.good,
        "differences": list(tried.differences),
    }


def _print(tried: list[Tried]) -> None:
    for each in tried:
        mark = click.style(" ok ", fg="green") if each.good else click.style("FAIL", fg="red", bold=True)
        click.echo(f"{mark} {each.module}: {each.title}")
        for difference in each.differences:
            click.echo(f"       {difference}")
    failed = sum(not each.good for each in tried)
    count = "1 example" if len(tried) == 1 else f"{len(tried)} examples"
    click.echo(f"{count}, {failed or 'none'} failed.")
