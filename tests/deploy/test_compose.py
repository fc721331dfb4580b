"""compose.yml follows the specification and says what the documentation promises."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import Settings
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


@pytest.mark.parametrize("name", ["channels", "worker", "documents", "scheduler"])
def test_who_has_no_door_of_its_own_is_asked_at_the_health_port(services: dict[str, Any], name: str) -> None:
    [*_, address] = services[name]["healthcheck"]["test"]

    assert address == f"http://localhost:{services[name]['environment']['HEALTH_PORT']}/readyz"


@pytest.mark.parametrize("name", ["web", "mcp"])
def test_who_has_a_door_is_asked_as_the_documentation_shows(services: dict[str, Any], name: str) -> None:
    port = {"web": 4454, "mcp": 4445}[name]

    assert services[name]["healthcheck"] == {
        "test": ["CMD", "curl", "-f", f"http://localhost:{port}/health"],
        "interval": "30s",
        "timeout": "10s",
        "retries": 3,
        "start_period": "40s",
    }


def test_the_stand_ins_are_there_for_development_only(services: dict[str, Any]) -> None:
    assert {name for name, each in services.items() if each.get("profiles") == ["dev"]} == {
        "storage",
        "mail",
        "postgres",
    }
    for name in ("storage", "mail", "postgres"):
        assert all(port.startswith("127.0.0.1:") for port in services[name]["ports"])


def test_every_variable_is_a_setting(services: dict[str, Any]) -> None:
    known = {name.upper() for name in Settings.__dataclass_fields__}
    for name in ("web", "channels", "worker", "documents", "scheduler", "mcp"):
        given = {each.removesuffix("_FILE") for each in services[name]["environment"]}

        assert given <= known
