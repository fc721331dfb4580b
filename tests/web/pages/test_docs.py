"""The documentation as pages: all of it, nothing besides, and no way out of its folder."""

import re

import pytest

from tests.support.web import ADDRESS, Browser
from web.pages.docs import FIRST, FOLDER, files
from web.pages.markdown import address_of, render


def test_every_page_is_shown_beside_the_list_of_all(browser: Browser) -> None:
    answers = {name: browser.get(f"/docs/{part}/{name}") for part, name in files()}
    guide = answers["expressions"].text

    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 200} == {}
    assert len(answers) >= 25
    places = [guide.index(f'href="/docs/guide/{name}"') for name in FIRST]
    assert places == sorted(places)
    assert guide.count('aria-current="page"') == 1
    assert browser.get("/docs").headers["Location"] == "/docs/guide/first-flow"


def test_the_guide_leads_from_page_to_page(browser: Browser) -> None:
    first, last = (browser.get(f"/docs/guide/{name}").text for name in (FIRST[0], FIRST[-1]))

    assert f'Next: <a href="/docs/guide/{FIRST[1]}">' in first
    assert "Next:" not in last


def test_links_between_pages_lead_to_pages(browser: Browser) -> None:
    pages = {f"/docs/{part}/{name}": browser.get(f"/docs/{part}/{name}").text for part, name in files()}

    linked = {
        link.partition("#")[0]
        for text in pages.values()
        for link in re.findall(r'href="(/docs/[^"]+)"', text)
    }

    assert linked - set(pages) == set()


@pytest.mark.parametrize(
    "path",
    [
        "/docs/guide/..%2f..%2fREADME",
        "/docs/../README",
        "/docs/guide/first-flow.md",
        "/docs/reference/modules.md",
        "/docs/./guide",
        "/docs/guide/%2e%2e",
        "/docs//etc",
        "/docs/guide/nothing",
    ],
)
def test_nothing_else_is_shown(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_strangers_sign_in_first(stranger: Browser) -> None:
    assert stranger.get("/docs/guide/first-flow").status_code == 401


def test_the_page_has_the_theme_that_was_chosen(browser: Browser) -> None:
    browser.client.set_cookie("theme", "dark", domain="localhost")

    dark = browser.client.get("/docs/guide/plays", base_url=ADDRESS, headers={"Accept": "text/html"})

    assert '<html lang="en" data-theme="dark">' in dark.text
    assert 'data-theme="light"' not in dark.text


def test_html_in_a_page_stays_text_and_headings_have_anchors() -> None:
    made = render(
        "# A `<b>` title\n\n## Two words\n\n<script>alert(1)</script> [out](../../README.md) [in](x.md#a)\n",
        "guide",
    )

    assert made.title == "A <b> title"
    assert [heading.anchor for heading in made.headings] == ["two-words"]
    assert '<h2 id="two-words">' in made.html
    assert "<script" not in made.html
    assert '<a href="/docs/guide/x#a">in</a>' in made.html
    assert "out" in made.html
    assert "README" not in made.html


def test_addresses_stay_inside() -> None:
    assert address_of("../how-to/files.md", "guide") == "/docs/how-to/files"
    assert address_of("../../ARCHITECTURE.md#x", "how-to") is None
    assert address_of("../../../../etc/passwd.md", "guide") is None
    assert address_of("https://example.com/a.md", "guide") == "https://example.com/a.md"
    assert address_of("#here", "guide") == "#here"
    assert (FOLDER / "guide").is_dir()
