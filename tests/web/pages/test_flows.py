"""The pages of flows."""

import html
import re
from collections.abc import Callable

import pytest

from flow8.domain.access import Role
from flow8.engine.engine import Engine
from tests.support.factories import a_flow
from tests.support.web import Browser, Program


def test_flows_are_listed_with_links(browser: Browser, greeting: str) -> None:
    page = browser.get("/")

    assert page.status_code == 200
    assert f'<a href="/flows/{greeting}">Greeting</a>' in page.text


def test_without_flows_one_is_told_how_to_get_one(browser: Browser) -> None:
    assert "There are no flows yet" in browser.get("/").text


@pytest.mark.usefixtures("worker")
def test_a_flow_is_run_by_its_form_and_its_play_is_shown(browser: Browser, greeting: str) -> None:
    answer = browser.send(f"/flows/{greeting}/run", {"arg.name": "Ada", "key": "k1"})
    play = browser.get(answer.headers["Location"])

    assert answer.status_code == 303
    assert "Hello Ada" in html.unescape(play.text)
    assert "Done" in play.text


def test_a_double_click_plays_once_and_other_args_play_again(
    browser: Browser, greeting: str, engine: Engine
) -> None:
    places = [
        browser.send(f"/flows/{greeting}/run", {"arg.name": name, "key": "k1"}).headers["Location"]
        for name in ("Ada", "Ada", "Bob")
    ]

    assert places[0] == places[1] != places[2]
    assert engine.store.database["plays"].count_documents({}) == 2


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(browser: Browser, greeting: str) -> None:
    answer = browser.send(f"/flows/{greeting}/run", {"arg.name": "<"})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="&lt;"' in answer.text


def test_a_flow_that_was_never_published_has_no_form(browser: Browser, program: Program) -> None:
    program.post("flows/import", json=a_flow())

    page = browser.get("/flows/a-flow")

    assert page.status_code == 200
    assert "never published" in page.text
    assert "Run it" not in page.text


def test_a_disabled_flow_says_so_when_it_is_run(browser: Browser, program: Program) -> None:
    program.post("flows/import?publish=true", json=a_flow(enabled=False))

    answer = browser.send("/flows/a-flow/run", {"args": "{}"})

    assert answer.status_code == 409
    assert "is disabled" in answer.text


def test_the_form_is_the_published_versions_not_the_drafts(browser: Browser, program: Program) -> None:
    first, second = ({"type": "object", "properties": {name: {"type": "string"}}} for name in ("old", "new"))
    program.post("flows/import?publish=true", json=a_flow(input=first))
    program.post("flows/import", json=a_flow(input=second))

    page = browser.get("/flows/a-flow").text

    assert 'name="arg.old"' in page
    assert 'name="arg.new"' not in page


def test_markup_of_authors_is_never_markup_of_ours(browser: Browser, program: Program) -> None:
    bad = '"><script>alert(1)</script>'
    schema = {
        "type": "object",
        "properties": {bad: {"type": "string", "title": bad, "description": bad, "default": bad}},
    }
    done = program.post("flows/import?publish=true", json=a_flow(name=bad, description=bad, input=schema))
    assert done.status_code == 200, done.text

    for page in (browser.get("/"), browser.get("/flows/a-flow"), browser.get("/plays")):
        assert page.status_code == 200
        assert "<script" not in page.text


def test_every_field_has_a_label_and_no_page_has_script_or_style(browser: Browser, greeting: str) -> None:
    page = browser.get(f"/flows/{greeting}").text

    ids = set(re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', page))
    assert ids
    assert ids <= set(re.findall(r'<label for="([^"]+)"', page))
    assert " style=" not in page
    assert "<style" not in page


def test_who_may_only_look_sees_no_form(program_as: Callable[[Role], Program], greeting: str) -> None:
    viewer = program_as(Role.VIEWER)
    headers = {"Authorization": f"Bearer {viewer.key}", "Accept": "text/html"}

    page = viewer.client.get(f"/flows/{greeting}", headers=headers).text
    refused = viewer.client.post(f"/flows/{greeting}/run", headers=headers)

    assert "Run it" not in page
    assert refused.status_code == 403
    assert refused.mimetype == "text/html"
