"""The command that serves agents."""

import pytest
from click.testing import CliRunner

from flow8.cli.mcp import command


@pytest.mark.parametrize("arguments", [["--stdio"], ["--key", "f8_a_b"]])
def test_a_desktop_client_brings_a_key_and_only_such_a_client_does(arguments: list[str]) -> None:
    done = CliRunner().invoke(command, arguments)

    assert done.exit_code == 2
    assert "--stdio and --key belong together" in done.output
