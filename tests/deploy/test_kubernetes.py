"""The manifests follow Kubernetes' schemas and fit together."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.system import ROOT

BIN = Path(sys.executable).parent
FOLDER = ROOT / "deploy" / "kubernetes"
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
