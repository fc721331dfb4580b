"""The workflows follow GitHub's schema, use nothing that others can change, and do what the docs say."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.system import ROOT

BIN = Path(sys.executable).parent
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def steps(name: str, job: str) -> list[dict[str, Any]]:
    """The steps of a job, in their order."""
    found: list[dict[str, Any]] = yaml.safe_load((FILES[0].parent / name).read_text())["jobs"][job]["steps"]
    return found


def place_of(word: str, given: list[dict[str, Any]]) -> int:
    """Where the first step stands that names a word."""
    return next(number for number, step in enumerate(given) if word in str(step))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_follows_the_schema(file: Path) -> None:
    done = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", file],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_action_is_pinned_to_a_commit_and_no_job_may_more_than_it_needs(file: Path) -> None:
    used = re.findall(r"uses: (.+)$", file.read_text(), re.MULTILINE)

    assert used
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", each) for each in used)
    assert yaml.safe_load(file.read_text())["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_text_from_outside_becomes_a_part_of_a_script(file: Path) -> None:
    for job in yaml.safe_load(file.read_text())["jobs"].values():
        assert all("${{" not in step.get("run", "") for step in job["steps"])


def test_every_test_runs_and_every_list_of_packages_is_audited() -> None:
    audit = str(steps("test.yml", "audit"))

    assert steps("test.yml", "test")[-1]["run"] == "./flow8core test --all"
    assert "pip-audit --strict" in audit
    for file in (ROOT / "requirements").glob("*.txt"):
        assert re.search(rf"for list in [a-z ]*\b{file.stem}\b", audit)


def test_only_what_was_tried_and_scanned_is_pushed_and_then_signed_and_verified() -> None:
    image = steps("image.yml", "image")
    order = ["build-push-action", "deploy/image/try", "sbom-action", "trivy-action", "docker push"]
    places = [place_of(word, image) for word in [*order, "cosign sign"]]

    assert places == sorted(places)
    assert re.search(r"cosign sign .*--key .*cosign verify --key cosign\.pub", str(image[-1]))
    assert image[place_of("trivy-action", image)]["with"]["exit-code"] == "1"


def test_the_image_is_tried_with_the_required_variables_in_the_least_machine() -> None:
    script = (ROOT / "deploy" / "image" / "try").read_text()

    assert re.findall(r"--env (\w+)=", script) == ["MONGODB_URI", "ENCRYPTION_KEY", "ENCRYPTION_KEY_SALT"]
    assert "--memory 512m --cpus 0.5 --read-only" in script
    assert subprocess.run(["sh", "-n", ROOT / "deploy" / "image" / "try"], check=False).returncode == 0
