"""Our Flask: how it builds addresses, which it learns when the first is asked for."""

from typing import Any

import pytest
from flask import url_for

from web.front import Front


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({"rule": "a b", "number": 7}, "/flows/a%20b/7"),
        ({"rule": "a", "number": 7, "state": "FAIL"}, "/flows/a/7?state=FAIL"),
    ],
)
def test_an_address_is_built_whatever_its_parts_are_called(values: dict[str, Any], address: str) -> None:
    app = Front("test")
    app.add_url_rule("/flows/<rule>/<int:number>", "one", lambda rule, number: f"{rule} {number}")

    with app.test_request_context():
        assert url_for("one", **values) == address
        assert url_for("one", **values) == address
