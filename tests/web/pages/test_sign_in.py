"""Sign in and out on the page."""

from tests.support.web import ADDRESS, Browser


def test_a_stranger_sees_the_form_and_comes_back_to_where_they_were(
    browser: Browser, stranger: Browser
) -> None:
    asked = stranger.get("/plays?state=FAIL")

    assert browser
    assert asked.status_code == 401
    assert '<input type="hidden" name="back" value="/plays?state=FAIL">' in asked.text

    done = stranger.sign_in(back="/plays?state=FAIL")

    assert (done.status_code, done.headers["Location"]) == (303, "/plays?state=FAIL")
    assert stranger.get("/plays?state=FAIL").status_code == 200


def test_the_form_has_the_theme_that_was_chosen(stranger: Browser) -> None:
    stranger.client.set_cookie("theme", "dark", domain="localhost")

    assert '<html lang="en" data-theme="dark">' in stranger.get("/sign-in").text


def test_a_session_that_is_over_says_so(browser: Browser) -> None:
    browser.client.set_cookie("sid", "an-old-one", domain="localhost")

    answer = browser.get("/plays")

    assert answer.status_code == 401
    assert "Your session is over" in answer.text


def test_a_form_sent_without_a_session_leads_back_to_its_page(stranger: Browser) -> None:
    answer = stranger.send("/flows/order-triage/run", {"arg.id": "1"})

    assert answer.status_code == 401
    assert 'name="back" value="/flows/order-triage"' in answer.text


def test_a_wrong_password_keeps_the_address_and_not_the_password(browser: Browser) -> None:
    answer = browser.sign_in("hunter2")

    assert answer.status_code == 401
    assert 'value="admin@localhost"' in answer.text
    assert "hunter2" not in answer.text


def test_one_is_never_led_to_another_host(browser: Browser) -> None:
    assert browser.sign_in(back="//evil.example/").headers["Location"] == "/"
    assert 'value="/"' in browser.get("/sign-in?back=https://evil.example").text


def test_signing_out_ends_the_session(browser: Browser) -> None:
    answer = browser.send("/sign-out", {})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert browser.get("/").status_code == 401


def test_json_is_not_taken_for_a_form(stranger: Browser) -> None:
    answer = stranger.client.post(
        "/sign-in", base_url=ADDRESS, json={"email": "a"}, headers={"Accept": "text/html"}
    )

    assert answer.status_code == 415
