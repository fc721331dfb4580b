"""The screens of the web UI, where it is not built."""

import pytest

from tests.support.web import Browser


@pytest.mark.parametrize("path", ["/approvals", "/resources/kv", "/flows/x1/edit"])
def test_without_the_ui_its_screens_lead_to_the_page_that_says_how_to_build_it(
    browser: Browser, path: str
) -> None:
    answer = browser.get(path)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/flows")
