"""The lines to try flow8 with."""

import json
import shlex
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import Settings
from flow8.clock import utc_now
from flow8.errors import Unavailable
from flow8.services.curl_lines import API_KEY, ORDERS_TOKEN, curl_lines, header_file, write_header
from flow8.store.channels import Channel

ORDERS = Channel("c" * 24, "0" * 24, "Orders", "orders", "http", "header_token", "d", True, utc_now(), 7703)


@pytest.fixture
def with_files(settings: Settings) -> Settings:
    """Settings whose data directory has both headers."""
    write_header(settings, API_KEY, "f8_key")
    write_header(settings, ORDERS_TOKEN, "token")
    return settings


def test_a_secret_lies_in_a_file_of_its_owner(settings: Settings) -> None:
    write_header(settings, API_KEY, "old")
    write_header(settings, API_KEY, "f8_key")

    file = header_file(settings, API_KEY)
    assert file.read_text() == "Authorization: Bearer f8_key\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [each.name for each in file.parent.iterdir()] == [API_KEY]


def test_a_folder_that_cannot_be_written_to_is_told(settings: Settings) -> None:
    settings.data_dir.write_text("a file where a folder should be")

    with pytest.raises(Unavailable) as refused:
        write_header(settings, API_KEY, "f8_key")

    assert "Not a directory" in refused.value.message
    assert "f8_key" not in refused.value.message


def test_the_lines_are_whole_commands_without_secrets(with_files: Settings) -> None:
    run, order = (shlex.split(line) for line in curl_lines(with_files, ORDERS))

    keys = with_files.data_dir / "keys"
    assert run[:4] == ["curl", "-sS", "-H", f"@{keys / API_KEY}"]
    assert run[-1] == "http://127.0.0.1:4454/api/v1/flows/orders-report/run"
    assert json.loads(run[-2]) == {"args": {}, "wait": 30}
    assert order[3] == f"@{keys / ORDERS_TOKEN}"
    assert order[-1] == "http://127.0.0.1:7703/orders"
    assert json.loads(order[-2])["id"] == "A-1001"
    assert "f8_key" not in str([run, order])


def test_a_path_with_spaces_survives_the_shell(with_files: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "my data"
    spaced = replace(with_files, data_dir=folder)
    write_header(spaced, API_KEY, "f8_key")

    [line] = curl_lines(spaced, None)

    assert shlex.split(line)[3] == f"@{folder / 'keys' / API_KEY}"


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104 - nothing listens
        ("::", "[::1]"),
        ("::1", "[::1]"),
        ("flow8.test", "flow8.test"),
    ],
)
def test_the_address_is_one_that_answers(with_files: Settings, host: str, shown: str) -> None:
    lines = curl_lines(replace(with_files, server_host=host, channel_host=host), ORDERS)

    assert [shlex.split(line)[-1].split("/")[2].rpartition(":")[0] for line in lines] == [shown, shown]


@pytest.mark.parametrize(
    "channel", [None, replace(ORDERS, enabled=False), replace(ORDERS, port=0), replace(ORDERS, kind="mcp")]
)
def test_only_lines_that_can_work_are_shown(with_files: Settings, channel: Channel | None) -> None:
    assert len(curl_lines(with_files, channel)) == 1


def test_without_the_files_there_are_no_lines(settings: Settings) -> None:
    assert curl_lines(settings, ORDERS) == ()
