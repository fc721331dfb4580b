"""compose.yml follows the specification and says what the documentation promises."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.system import ROOT

BIN = Path(sys.executable).parent
FILE = ROOT / "compose.yml"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """Its services."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())["services"]
    return found


def test_it_follows_the_compose_specification() -> None:
    done = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILE],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["web", "channels", "worker", "documents", "scheduler", "mcp"])
def test_our_services_stop_in_time_start_in_order_and_hold_no_secret(
    services: dict[str, Any], name: str
) -> None:
    service = services[name]

    assert service["stop_grace_period"] == "30s"
    assert {each["condition"] for each in service["depends_on"].values()} == {"service_healthy"}
    assert set(service["depends_on"]) == {"mongo", "rabbitmq"}
    assert {"encryption_key", "encryption_key_salt", "broker_url"} <= set(service["secrets"])
    assert not {"ENCRYPTION_KEY", "ENCRYPTION_KEY_SALT", "BROKER_URL"} & set(service["environment"])


def test_only_one_service_publishes_the_channel_ports(services: dict[str, Any]) -> None:
    owners = [name for name, each in services.items() if "7701-7799:7701-7799" in each.get("ports", ())]

    assert owners == ["channels"]
    assert "--no-channels" in services["worker"]["command"]
    assert services["documents"]["command"][-2:] == ["--lanes", "documents"]


def test_mongodb_is_a_replica_set_and_rabbitmq_has_its_policy(services: dict[str, Any]) -> None:
    assert services["mongo"]["image"] == "mongo:8"
    assert "--replSet" in services["mongo"]["command"]
    assert services["rabbitmq"]["image"] == "rabbitmq:4"
    assert any("policies.json" in each for each in services["rabbitmq"]["volumes"])


def test_what_it_mounts_is_there(services: dict[str, Any]) -> None:
    mounted = [
        each.split(":")[0]
        for service in services.values()
        for each in service.get("volumes", ())
        if each.startswith("./")
    ]

    assert len(mounted) == 3
    assert all((ROOT / each).is_file() for each in mounted)


def test_databases_are_not_reachable_from_outside(services: dict[str, Any]) -> None:
    for name in ("mongo", "rabbitmq"):
        assert "ports" not in services[name]
        assert services[name]["networks"] == ["inside"]
