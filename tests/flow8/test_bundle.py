"""The bundle's sources have a hash of what is written, and what was built says of which it was."""

import json
import os
import time
from pathlib import Path

import pytest

from flow8 import bundle, node
from flow8.errors import Unavailable


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A small tree of sources."""
    (tmp_path / "src").mkdir()
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "src" / "main.tsx").write_text("// The UI.")
    return tmp_path


def test_the_digest_changes_with_any_source_and_its_path(sources: Path) -> None:
    before = bundle.digest_of_sources(sources)
    assert bundle.digest_of_sources(sources) == before

    (sources / "src" / "main.tsx").rename(sources / "src" / "other.tsx")
    renamed = bundle.digest_of_sources(sources)
    (sources / "src" / "other.tsx").write_text("// Another UI.")

    assert len({before, renamed, bundle.digest_of_sources(sources)}) == 3


def test_what_is_made_does_not_count(sources: Path) -> None:
    before = bundle.digest_of_sources(sources)
    for name in bundle.MADE:
        (sources / name).mkdir()
        (sources / name / "made.js").write_text("made")

    assert bundle.digest_of_sources(sources) == before


def test_without_sources_there_is_no_digest(tmp_path: Path) -> None:
    assert bundle.digest_of_sources(tmp_path) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sources"'])
def test_half_a_bundle_is_of_no_sources(tmp_path: Path, text: str) -> None:
    (tmp_path / bundle.ABOUT).write_text(text)

    assert bundle.digest_of_built(tmp_path) is None


def test_a_bundle_says_of_which_sources_it_is(tmp_path: Path) -> None:
    (tmp_path / bundle.ABOUT).write_text(json.dumps({"sources": "abc"}))

    assert bundle.digest_of_built(tmp_path) == "abc"


@pytest.fixture
def workshop(sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sources whose packages cannot be had, for want of a network; the count of tries stands in `tries`."""
    (sources / "package-lock.json").write_text("{}")
    (tmp_path / "bin").mkdir()
    program(tmp_path / "bin" / "node", "exit 0")
    program(
        tmp_path / "bin" / "npm", f"echo try >>{tmp_path}/tries; echo 'npm error code ENOTFOUND' >&2; exit 1"
    )
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr(bundle, "SOURCES", sources)
    monkeypatch.setattr(bundle, "BUILT", tmp_path / "static" / "ui")
    return tmp_path


def test_a_start_tries_once_an_hour_and_the_command_whenever_it_is_called(workshop: Path) -> None:
    def tries() -> int:
        return len((workshop / "tries").read_text().splitlines())

    for _ in range(2):
        with pytest.raises(Unavailable, match="check the network"):
            bundle.build_at_start(lambda _: None)
    assert tries() == 1

    with pytest.raises(Unavailable, match="check the network"):
        bundle.build(lambda _: None)
    assert tries() == 2

    long_ago = time.time() - bundle.AGAIN_AFTER - 1
    os.utime(workshop / "static" / "ui.failed", (long_ago, long_ago))
    with pytest.raises(Unavailable, match="check the network"):
        bundle.build_at_start(lambda _: None)
    assert tries() == 3


def program(path: Path, script: str) -> None:
    """A program of a shell script."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_network_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    program(tmp_path / "npm", "echo 'npm error code ENOTFOUND' >&2; exit 1")

    with pytest.raises(Unavailable, match="cannot be downloaded; check the network"):
        node.Node(tmp_path / "node", (str(tmp_path / "npm"),)).install(tmp_path)


def test_another_reason_of_npm_is_handed_on(tmp_path: Path) -> None:
    program(tmp_path / "npm", "printf 'npm error code EUSAGE\\nnpm error the lock is old\\n' >&2; exit 1")

    with pytest.raises(Unavailable, match="cannot be installed: the lock is old"):
        node.Node(tmp_path / "node", (str(tmp_path / "npm"),)).install(tmp_path)


def test_a_node_that_is_too_old_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "node", "exit 1")
    program(tmp_path / "npm", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(node, "WHEEL", "no_such_wheel")

    with pytest.raises(Unavailable, match=r"20\.19 or newer is needed"):
        node.find_node()

    program(tmp_path / "node", "exit 0")
    assert node.find_node() == node.Node(tmp_path / "node", (str(tmp_path / "npm"),))
