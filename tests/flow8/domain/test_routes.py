"""Path patterns, and which route a request means."""

import time

import pytest

from flow8.domain.routes import Entry, Found, Missing, compile_path, find_route, path_problems
from flow8.errors import Invalid, Problem


@pytest.mark.parametrize(
    ("pattern", "path", "params"),
    [
        ("/", "/", {}),
        ("/orders", "/orders", {}),
        ("/orders", "/Orders", None),
        ("/orders", "/orders/", None),
        ("/orders", "/", None),
        ("/orders", "orders", None),
        ("/orders", "", None),
        ("/orders/{id}", "/orders/7", {"id": "7"}),
        ("/orders/{id}", "/orders/", None),
        ("/orders/{id}", "/orders/7/8", None),
        ("/orders/{id}", "/orders/a%2Fb", {"id": "a/b"}),
        ("/orders/{id}", "/orders/a%252Fb", {"id": "a%2Fb"}),
        ("/orders/{id}", "/orders/%C3%BC%20x+y", {"id": "ü x+y"}),
        ("/orders/{id}", "/orders/%FF", None),
        ("/orders/{id}", "/orders/100%", {"id": "100%"}),
        ("/orders/{id}", "/orders/..", None),
        ("/orders/{id}", "/orders/%2e%2e", None),
        ("/orders/{id}", "/orders/.", None),
        ("/orders/{id}", "/orders/...", {"id": "..."}),
        ("/orders/{id}", "/orders//", None),
        ("/{_a}/x/{B2}", "/1/x/2", {"_a": "1", "B2": "2"}),
        ("/{_a}/x/{B2}", "/1/y/2", None),
        ("/größe", "/gr%C3%B6%C3%9Fe", {}),
        ("/orders", "/%6frders", {}),
    ],
)
def test_a_path_matches_segment_by_segment(pattern: str, path: str, params: dict[str, str] | None) -> None:
    assert compile_path(pattern).match(path) == params


@pytest.mark.parametrize(
    ("path", "sentences"),
    [
        ("", ["should start with /"]),
        ("orders", ["should start with /"]),
        ("/" + "x" * 2000, ["should have at most 2000 characters"]),
        ("//", ["has an empty segment; remove the doubled or the last /"]),
        ("/a//b/", ["has an empty segment; remove the doubled or the last /"]),
        ("/a/../b", ["has the segment .., which no request can reach"]),
        ("/./b", ["has the segment ., which no request can reach"]),
        ("/{id}/{id}/{x}/{x}", ["has the parameter id twice", "has the parameter x twice"]),
        ("/{2a}", ["has the segment {2a}; a parameter is a whole segment: {name} of letters, digits and _"]),
        (
            "/a{id}",
            ["has the segment a{id}; a parameter is a whole segment: {name} of letters, digits and _"],
        ),
        ("/{}", ["has the segment {}; a parameter is a whole segment: {name} of letters, digits and _"]),
        ("/a b", ["holds the character ' '; write letters as they are, and nothing encoded"]),
        ("/a%20b", ["holds the character '%'; write letters as they are, and nothing encoded"]),
        ("/a?b", ["holds the character '?'; write letters as they are, and nothing encoded"]),
        ("/a\n", ["holds the character '\\n'; write letters as they are, and nothing encoded"]),
        (
            "/../{a-b}//x",
            [
                "has the segment .., which no request can reach",
                "has the segment {a-b}; a parameter is a whole segment: {name} of letters, digits and _",
                "has an empty segment; remove the doubled or the last /",
            ],
        ),
        ("/", []),
        ("/a.b/~c/{id}/-_", []),
    ],
)
def test_every_broken_rule_of_a_path_is_listed(path: str, sentences: list[str]) -> None:
    assert path_problems(path, "routes[1].path") == [Problem("routes[1].path", each) for each in sentences]


def test_a_path_with_problems_is_not_compiled() -> None:
    with pytest.raises(Invalid) as caught:
        compile_path("/a//{id}/{id}")

    assert [problem.path for problem in caught.value.problems] == ["path", "path"]


@pytest.mark.parametrize(("one", "other"), [("/a/{x}", "/a/{y}"), ("/{a}/b", "/{c}/b")])
def test_patterns_that_differ_only_in_names_have_one_shape(one: str, other: str) -> None:
    assert compile_path(one).shape == compile_path(other).shape
    assert compile_path(one).shape != compile_path("/a/b").shape


ROUTES = [
    Entry(method, compile_path(path), f"{method} {path}")
    for method, path in [
        ("GET", "/orders/{id}"),
        ("GET", "/orders/new"),
        ("POST", "/orders/{id}"),
        ("POST", "/orders"),
        ("PUT", "/{kind}/new"),
        ("GET", "/{kind}/{id}"),
        ("GET", "/{kind}/new"),
        ("GET", "/"),
    ]
]


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/orders/new", Found("GET /orders/new", {})),
        ("get", "/orders/7", Found("GET /orders/{id}", {"id": "7"})),
        ("POST", "/orders/new", Found("POST /orders/{id}", {"id": "new"})),
        ("GET", "/bills/new", Found("GET /{kind}/new", {"kind": "bills"})),
        ("GET", "/bills/7", Found("GET /{kind}/{id}", {"kind": "bills", "id": "7"})),
        ("GET", "/", Found("GET /", {})),
        ("DELETE", "/orders/new", Missing(("GET", "POST", "PUT"))),
        ("GET", "/orders", Missing(("POST",))),
        ("GET", "/a/b/c", Missing()),
        ("GET", "/orders/%FF", Missing()),
        ("GET", "*", Missing()),
    ],
)
def test_the_most_specific_route_of_the_method_is_found(
    method: str, path: str, found: Found[str] | Missing
) -> None:
    assert find_route(ROUTES, method, path) == found


def test_a_known_path_with_another_method_is_405_and_an_unknown_one_404() -> None:
    assert Missing(("GET",)).status == 405
    assert Missing().status == 404


def test_a_long_path_takes_no_time() -> None:
    pattern = compile_path("/" + "/".join(f"{{p{number}}}" for number in range(200)))
    began = time.process_time()

    found = pattern.match("/a" * 200_000)

    assert found is None
    assert time.process_time() - began < 1
