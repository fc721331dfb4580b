"""What is made for browsers keeps the habits of the house: short, told in a line, nothing from elsewhere."""

import json
import re
from pathlib import Path

import pytest

from flow8.domain.expression import ROOTS

ROOT = Path(__file__).parents[2]
UI = ROOT / "ui"
LONGEST_FILE = 400
KINDS = ("*.ts", "*.tsx", "*.mjs", "*.css")
FOLDERS = (UI / "src", ROOT / "web" / "pages")
CODE = sorted(
    path
    for kind in KINDS
    for path in (*UI.glob(kind), *(found for folder in FOLDERS for found in folder.rglob(kind)))
)
ELSEWHERE = re.compile(
    r"(?:https?:)?//(?!localhost|127\.0\.0\.1|www\.w3\.org)[a-z0-9-]+\.[a-z]", re.IGNORECASE
)
PINNED = re.compile(r"\d+\.\d+\.\d+")


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_and_begins_with_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert text.count("\n") <= LONGEST_FILE
    assert re.match(r"// [A-Z`].*[.:]\n|/\* [A-Z].*[.] \*/\n", text), (
        "say in the first line what the file is for"
    )


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_comes_from_elsewhere_and_nothing_writes_html(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert ELSEWHERE.findall(text) == []
    assert [word for word in ("innerHTML", "eval(", "new Function", "@import") if word in text] == []


def test_every_dependency_is_pinned_and_the_lockfile_names_no_registry() -> None:
    package = json.loads((UI / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((UI / "package-lock.json").read_text(encoding="utf-8"))
    wanted = {**package["dependencies"], **package["devDependencies"]}

    assert {name: version for name, version in wanted.items() if not PINNED.fullmatch(version)} == {}
    assert [name for name, each in lock["packages"].items() if "resolved" in each] == []
    assert [name for name, each in lock["packages"].items() if name and "integrity" not in each] == []


def test_the_code_field_knows_the_roots_of_the_language() -> None:
    text = (UI / "src" / "forms" / "expression" / "roots.ts").read_text(encoding="utf-8")

    assert set(re.findall(r"^  (\w+): \"", text, re.MULTILINE)) == set(ROOTS)
