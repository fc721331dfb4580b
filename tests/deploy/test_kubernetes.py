"""The manifests follow Kubernetes' schemas and fit together."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import Settings, load
from tests.support.system import ROOT

BIN = Path(sys.executable).parent
FOLDER = ROOT / "deploy" / "kubernetes"
PROBED = {"flow8-web": 4454, "flow8-mcp": 4445}
"""Who has a door of its own; the others answer at HEALTH_PORT."""
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "kustomization.yaml")


def resources(kind: str) -> dict[str, Any]:
    """All of a kind, by name."""
    every = (each for path in FILES for each in yaml.safe_load_all(path.read_text()))
    return {each["metadata"]["name"]: each for each in every if each["kind"] == kind}


def test_they_follow_the_schemas() -> None:
    done = subprocess.run(
        [BIN / "kubernetes-validate", "--strict", "--quiet", *FILES],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_kustomization_names_each() -> None:
    named = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]

    assert sorted(named) == [path.name for path in FILES]


def test_every_process_runs_as_911_and_can_write_to_its_data_alone() -> None:
    deployments = resources("Deployment")
    assert set(deployments) == {
        f"flow8-{name}" for name in ("web", "channels", "worker", "documents", "scheduler", "mcp")
    }

    for each in deployments.values():
        pod = each["spec"]["template"]["spec"]
        [container] = pod["containers"]
        assert pod["securityContext"]["runAsUser"] == 911
        assert pod["terminationGracePeriodSeconds"] == 30
        assert pod["imagePullSecrets"] == [{"name": "flow8-registry"}]
        assert container["securityContext"]["readOnlyRootFilesystem"]


@pytest.mark.parametrize("kind", ["Service", "HorizontalPodAutoscaler"])
def test_what_points_at_a_deployment_finds_it(kind: str) -> None:
    assert resources(kind)
    assert set(resources(kind)) <= set(resources("Deployment"))


def test_secrets_are_placeholders_that_flow8_refuses() -> None:
    [secret] = resources("Secret").values()

    assert set(secret["stringData"].values()) == {"FILL-IN"}
    mounted = {
        item["value"].removeprefix("/secrets/")
        for each in resources("Deployment").values()
        for item in each["spec"]["template"]["spec"]["containers"][0]["env"]
    }
    assert mounted == set(secret["stringData"])


def test_every_process_is_probed_alive_by_livez_and_ready_by_readyz() -> None:
    for name, each in resources("Deployment").items():
        [container] = each["spec"]["template"]["spec"]["containers"]
        named = {port["name"]: port["containerPort"] for port in container["ports"]}
        paths = {
            probe: container[f"{probe}Probe"]["httpGet"]["path"]
            for probe in ("startup", "liveness", "readiness")
        }
        [asked] = {container[f"{probe}Probe"]["httpGet"]["port"] for probe in paths}

        assert paths == {"startup": "/livez", "liveness": "/livez", "readiness": "/readyz"}, name
        assert named[asked] == PROBED.get(name, 4456), name


def test_the_settings_are_settings_and_the_probed_port_is_the_one_that_is_set() -> None:
    [config] = resources("ConfigMap").values()
    known = {name.upper() for name in Settings.__dataclass_fields__}

    load(config["data"])
    assert set(config["data"]) <= known
    assert config["data"]["HEALTH_PORT"] == "4456"


def test_ingress_and_services_lead_to_ports_that_are_there() -> None:
    [ingress] = resources("Ingress").values()
    backend = ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    service = resources("Service")[backend["name"]]

    assert backend["port"]["name"] in {port["name"] for port in service["spec"]["ports"]}
    assert {
        each["spec"]["scaleTargetRef"]["name"] for each in resources("HorizontalPodAutoscaler").values()
    } <= set(resources("Deployment"))
