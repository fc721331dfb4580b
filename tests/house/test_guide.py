"""What the guide says is true: its flows, its expressions, its links, its commands and codes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from config.settings import load
from flow8.cli import flow8
from flow8.domain.expression import Scope, compile_value
from flow8.domain.validate import read_and_validate
from flow8.registry import Registry
from flow8.services.facts import RegistryFacts
from flow8.services.import_text import parse
from web.pages.docs import FIRST, files
from web.pages.markdown import anchor_of

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\./flow8core ([a-z]+)(?: ([a-z]+))?")
CODE = re.compile(r"`([A-Z][A-Z_]{4,})`")
SOURCES = ("config", "flow8", "catalogue", "workers")
HEADERS = {"API", "ID", "NAME", "TOKEN"}
"""Words that stand for what the reader puts there."""


def blocks(kind: str) -> Iterator[tuple[str, str]]:
    """Every block of a kind, with its page."""
    for page in PAGES:
        for told, text in BLOCK.findall(page.read_text(encoding="utf-8")):
            if told == kind:
                yield page.stem, text


def examples() -> Iterator[tuple[str, Any]]:
    """Every expression of the guide, with what it says that it gives."""
    for _, text in blocks("expressions"):
        for line in text.splitlines():
            source, _, result = line.rpartition(" => ")
            yield source, json.loads(result)


@pytest.mark.parametrize(("page", "text"), list(blocks("yaml")), ids=lambda each: each[:20])
def test_every_flow_of_the_guide_can_be_published(page: str, text: str, registry: Registry) -> None:
    flow, problems = read_and_validate(parse(text).flow, RegistryFacts(registry))

    assert (page, problems) == (page, [])
    assert flow is not None


@pytest.mark.parametrize(("source", "result"), list(examples()), ids=lambda each: str(each)[:40])
def test_every_expression_gives_what_the_guide_says(source: str, result: Any) -> None:
    [(_, values)] = blocks("json values")

    found = compile_value(source).evaluate(Scope(json.loads(values)))

    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not _leads(page, link)]

    assert lost == []


def test_the_guide_has_an_order_and_all_its_pages_stand_in_it() -> None:
    assert sorted(FIRST) == [page.stem for page in PAGES]
    assert len(list(blocks("yaml"))) >= 6
    assert len(list(examples())) >= 15


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_setting_and_code_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    known = "\n".join(file.read_text() for folder in SOURCES for file in (ROOT / folder).rglob("*.py"))
    settings = {name.upper() for name in type(load({})).__dataclass_fields__}

    commands = [pair for pair in COMMAND.findall(text) if not _is_command(*pair)]
    codes = [code for code in CODE.findall(text) if not _is_known(code, settings, known)]

    assert (commands, codes) == ([], [])


def _leads(page: Path, link: str) -> bool:
    if link.startswith("/"):
        shell = (ROOT / "ui" / "src" / "shell" / "places.tsx").read_text(encoding="utf-8")
        screens = (ROOT / "web" / "pages" / "screens.py").read_text(encoding="utf-8")
        return f'"{link}"' in shell + screens
    path, _, anchor = link.partition("#")
    file = (page.parent / path).resolve()
    if file not in {each.resolve() for each in files().values()}:
        return False
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return not anchor or anchor in {anchor_of(heading.replace("`", "")) for heading in headings}


def _is_command(name: str, second: str) -> bool:
    group = flow8.get_command(click.Context(flow8), name)
    inner = getattr(group, "commands", None)
    return group is not None and (inner is None or not second or second in inner)


def _is_known(code: str, settings: set[str], sources: str) -> bool:
    return code in HEADERS or code in settings or f'"{code}"' in sources
