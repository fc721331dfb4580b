"""What was asked for is looked at before anything is started."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from flow8.cli import flow8


def test_a_measurement_that_is_none_is_refused_with_the_names_of_all() -> None:
    done = CliRunner().invoke(flow8, ["bench", "--only", "chanel,steps"])

    assert done.exit_code == 2
    assert "there is no measurement chanel; there are start, memory, inserts" in done.output


@pytest.mark.parametrize("text", ["{}", "nothing"])
def test_an_earlier_run_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    earlier = tmp_path / "earlier.json"
    earlier.write_text(text)

    done = CliRunner().invoke(flow8, ["bench", "--compare", str(earlier)])

    assert done.exit_code == 1
    assert "earlier.json" in done.output


def test_a_broker_that_does_not_answer_is_refused_without_its_password() -> None:
    done = CliRunner().invoke(flow8, ["bench", "--broker", "amqp://me:secret@127.0.0.1:1/"])

    assert done.exit_code == 1
    assert "RabbitMQ does not answer" in done.output
    assert "secret" not in done.output


def test_help_names_what_can_be_chosen() -> None:
    done = CliRunner().invoke(flow8, ["bench", "--help"])

    assert all(option in done.output for option in ("--json", "--compare", "--only", "--quick", "--broker"))
    assert done.exit_code == 0
