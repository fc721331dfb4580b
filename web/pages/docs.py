"""The documentation as pages: the guide first, then all the rest. No script is needed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from config.kinds import ROOT
from flow8.errors import NotFound
from web.pages.markdown import Rendered, render
from web.policy import signed_in

FOLDER: Final = ROOT / "docs"
PARTS: Final = {
    "guide": "Guide",
    "how-to": "How to",
    "explain": "Explained",
    "reference": "Reference",
    "adr": "Decisions",
}
FIRST: Final = (
    "first-flow",
    "editor",
    "expressions",
    "plays",
    "approvals",
    "channels",
    "schedules",
    "resources",
    "people",
    "failures",
)
"""The pages of the guide in the order in which one reads them."""

bp = Blueprint("docs", __name__)


@dataclass(frozen=True)
class Listed:
    """A page as the list names it."""

    address: str
    title: str


@bp.get("/docs")
@signed_in
def show_first() -> Response:
    """The guide begins with a first flow."""
    return redirect(f"/docs/guide/{FIRST[0]}")


@bp.get("/docs/<part>/<page>")
@signed_in
def show(part: str, page: str) -> str:
    """One page, beside the list of all."""
    file = files().get((part, page))
    if file is None:
        raise NotFound("There is no such page; see the list of pages at /docs.", code="PAGE_NOT_FOUND")
    here, listed = f"/docs/{part}/{page}", {name: list(_listed(name)) for name in PARTS}
    return render_template(
        "docs.html",
        page=_read(file),
        here=here,
        behind=_behind(listed[part], here),
        parts={PARTS[name]: pages for name, pages in listed.items()},
    )


@cache
def files() -> Mapping[tuple[str, str], Path]:
    """Every page there is, by part and name. Addresses are looked up here, and never made into paths."""
    found = ((part, file) for part in PARTS for file in sorted((FOLDER / part).glob("*.md")))
    return MappingProxyType({(part, file.stem): file for part, file in found})


@cache
def _read(file: Path) -> Rendered:
    return render(file.read_text(encoding="utf-8"), file.parent.name)


def _behind(pages: list[Listed], here: str) -> Listed | None:
    """The page to go on with, in the same part."""
    places = [each.address for each in pages]
    return next(iter(pages[places.index(here) + 1 :]), None)


def _listed(part: str) -> Iterator[Listed]:
    names = [name for of, name in files() if of == part]
    for name in sorted(names, key=lambda each: (FIRST.index(each) if each in FIRST else len(FIRST), each)):
        yield Listed(f"/docs/{part}/{name}", _read(files()[part, name]).title)
