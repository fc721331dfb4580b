"""Markdown of our own pages as HTML: headings with anchors, links that stay inside the documentation."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

_ADDRESS: Final = re.compile(r"(?:https?:|#|/)")
_MD: Final = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Heading:
    """A heading: its anchor and its words."""

    anchor: str
    text: str


@dataclass(frozen=True)
class Rendered:
    """A page: its title, its HTML, and its headings of the second level."""

    title: str
    html: str
    headings: tuple[Heading, ...]


def render(text: str, folder: str) -> Rendered:
    """The HTML of a page that stands in `folder` of the documentation; HTML in the text stays text."""
    tokens = _MD.parse(text)
    title, headings = "", []
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            words = _words(tokens[place + 1])
            token.attrSet("id", anchor_of(words))
            title = title or words
            if token.tag == "h2":
                headings.append(Heading(anchor_of(words), words))
        elif token.type == "inline":
            _lead_home(token.children or [], folder)
        elif token.type in ("fence", "code_block", "table_open"):
            token.attrSet("tabindex", "0")
    return Rendered(title, str(_MD.renderer.render(tokens, _MD.options, {})), tuple(headings))


def anchor_of(words: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-")


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [])


def _lead_home(children: Sequence[Token], folder: str) -> None:
    """Let links lead to pages here; what stands outside the documentation becomes plain text."""
    is_inside = True
    for child in children:
        if child.type == "link_open":
            address = address_of(str(child.attrGet("href")), folder)
            is_inside = address is not None
            child.attrSet("href", address or "")
        if child.type in ("link_open", "link_close") and not is_inside:
            child.hidden, child.tag = True, ""
            child.attrs, child.type = {}, "text"


def address_of(link: str, folder: str) -> str | None:
    """Where a link of a page leads here; None for a file outside the documentation."""
    if _ADDRESS.match(link):
        return link
    path, sign, anchor = link.partition("#")
    whole = posixpath.normpath(posixpath.join(folder, path))
    if whole.startswith("../") or not whole.endswith(".md"):
        return None
    return f"/docs/{whole.removesuffix('.md')}{sign}{anchor}"
