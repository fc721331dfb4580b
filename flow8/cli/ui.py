"""Build the web UI from ui/, check it, or serve it with hot reload while it is worked on."""

import os
import subprocess
import sys

import click

from config.kinds import ROOT
from config.settings import environment_with, from_environment
from flow8 import bundle
from flow8.errors import Unavailable
from flow8.node import find_node

LACKING = 75
"""The exit code of a check that this machine cannot make."""
DESCRIPTION = bundle.SOURCES / "generated" / "openapi.json"
TYPES = bundle.SOURCES / "generated" / "api.d.ts"


@click.group("ui")
def command() -> None:
    """Build, check or work on the web UI."""


@command.command("build")
def build() -> None:
    """Build the bundle that the web serves, unless it is of these sources already."""
    bundle.build(click.echo)
    click.echo("The web UI is built; a web that runs already serves it after its next start.")


@command.command("check")
@click.pass_context
def check(ctx: click.Context) -> None:
    """Build the bundle, check the types against the API's description, and run the tests of ui/."""
    try:
        node = find_node()
        bundle.install(node, click.echo)
        bundle.build(click.echo)
    except Unavailable as error:
        click.echo(f"The web UI is not checked: {error.message}")
        ctx.exit(LACKING)
    _describe_api()
    node.run(
        bundle.SOURCES,
        "node_modules/openapi-typescript/bin/cli.js",
        str(DESCRIPTION),
        "-o",
        str(TYPES),
        "--default-non-nullable=false",
    )
    node.run(bundle.SOURCES, "node_modules/typescript/bin/tsc", "--noEmit")
    node.run(bundle.SOURCES, "node_modules/vitest/vitest.mjs", "run")


@command.command("dev")
def dev() -> None:
    """Serve the UI with hot reload beside a flow8 that runs, whose API it uses."""
    node, port = find_node(), from_environment().server_port
    bundle.install(node, click.echo)
    os.chdir(bundle.SOURCES)
    os.execve(  # noqa: S606 - a program of ours, with our own arguments
        node.program,
        [str(node.program), "node_modules/vite/bin/vite.js"],
        {**node.environment(), "FLOW8_ADDRESS": f"http://127.0.0.1:{port}"},
    )


def _describe_api() -> None:
    """The description comes from the web, which the core must not import; so from a process of its own."""
    DESCRIPTION.parent.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "web.openapi_file", str(DESCRIPTION)],
        cwd=ROOT,
        env=environment_with({"PYTHONPATH": str(ROOT)}),
        check=False,
    )
    if done.returncode != 0:
        raise click.ClickException("the description of the API could not be made; the lines above say why.")
