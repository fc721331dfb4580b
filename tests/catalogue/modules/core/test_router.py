"""Router."""

from typing import Any

import pytest

from catalogue.modules.core.router import router
from flow8.kit.binding import args_problems, bind
from flow8.kit.testing import FakeContext


def taken(*conditions: Any, **more: Any) -> Any:
    routes = [{"label": f"way {number}", "condition": each} for number, each in enumerate(conditions, 1)]
    return router.run(bind(router, {"routes": routes, **more}), FakeContext()).model_dump()["route"]


@pytest.mark.parametrize("condition", [True, "true", 1, "anything", [0], {"a": None}])
def test_a_route_whose_condition_holds_is_taken(condition: Any) -> None:
    assert taken(condition) == "way 1"


@pytest.mark.parametrize("condition", [False, "false", 0, 0.0, None, "", [], {}])
def test_a_route_whose_condition_does_not_hold_is_not(condition: Any) -> None:
    assert taken(condition, True) == "way 2"


def test_the_first_of_several_is_taken() -> None:
    assert taken(False, True, True) == "way 2"


def test_without_an_open_route_the_default_is_taken_or_none() -> None:
    assert taken(False, default="rest") == "rest"
    assert taken(False) is None


def test_a_router_needs_routes_with_labels() -> None:
    found = [str(each) for each in args_problems(router, {"routes": []}, "args")]
    nameless = args_problems(router, {"routes": [{"label": "", "condition": True}]}, "args")

    assert found == ["args.routes: should have at least 1 item, not 0"]
    assert [each.path for each in nameless] == ["args.routes[0].label"]
