"""Places after sign-in are ours."""

import pytest
from flask import Flask, request

from web.pages.places import after_sign_in, safe


@pytest.mark.parametrize("place", ["/", "/plays", "/plays?state=FAIL&flow=a", "/flows/order-triage"])
def test_a_path_of_ours_is_kept(place: str) -> None:
    assert safe(place) == place


@pytest.mark.parametrize(
    "place",
    [
        None,
        "",
        "plays",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/plays\\..\\x",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n",
        "/a b",
        "/%0d%0a\r\nSet-Cookie: x",
    ],
)
def test_anything_else_leads_home(place: str | None) -> None:
    assert safe(place) == "/"


@pytest.mark.parametrize(
    ("method", "url", "place"),
    [
        ("GET", "/plays?state=FAIL", "/plays?state=FAIL"),
        ("GET", "/plays", "/plays"),
        ("POST", "/flows/order-triage/run", "/flows/order-triage"),
        ("POST", "/sign-out", "/"),
        ("GET", "//evil.example/", "/"),
    ],
)
def test_one_comes_back_to_the_page_or_to_the_page_of_the_form(method: str, url: str, place: str) -> None:
    with Flask("test").test_request_context(method=method) as context:
        context.request.environ["PATH_INFO"], _, context.request.environ["QUERY_STRING"] = url.partition("?")
        context.request.path = context.request.environ["PATH_INFO"]
        context.request.query_string = context.request.environ["QUERY_STRING"].encode()

        assert after_sign_in(request) == place
