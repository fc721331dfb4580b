"""The `http` lines."""

import logging

import pytest

from tests.support.web import Program
from web.access_log import target_of


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("page=1&size=5", "page=1&size=5"),
        ("token=abc&page=1", "token=***&page=1"),
        ("page=1&api_key=abc", "page=1&api_key=***"),
        ("Access_Token=a=b", "Access_Token=***"),
        ("code=1&state=DONE", "code=***&state=DONE"),
        ("sid=", "sid="),
        ("monkey=1", "monkey=***"),
    ],
)
def test_values_that_look_secret_are_cut(query: str, shown: str) -> None:
    assert target_of("/x", query) == f"/x?{shown}"


def test_a_path_cannot_break_its_line() -> None:
    assert target_of("/a\nb \x1bc", "") == "/a%0Ab%20%1Bc"


def test_a_very_long_target_is_cut() -> None:
    assert len(target_of("/" + "a" * 10_000, "")) == 2003


def test_each_request_is_one_line_of_the_documented_format(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "http"):
        program.get("flows?page=1")

    lines = [record.getMessage() for record in caplog.records if record.name == "http"]
    assert len(lines) == 1
    assert lines[0].startswith("GET /api/v1/flows?page=1 200 ")
    assert lines[0].endswith("ms")


def test_checks_that_go_well_are_quiet(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "http"):
        program.client.get("/livez")

    assert [record for record in caplog.records if record.name == "http"] == []
