"""The shape of a flow: defaults and names."""

import pytest
from pydantic import ValidationError

from flow8.domain.flow import Flow, Flowlet, OnError


def a_flow(**fields: object) -> dict[str, object]:
    return {"flow": "x", "name": "X", "flowlets": [{"ref": "a", "appId": "var"}], **fields}


def test_a_flowlet_has_the_defaults_of_the_contract() -> None:
    flowlet = Flowlet.model_validate({"ref": "a", "appId": "var"})

    assert (flowlet.timeout, flowlet.on_error, flowlet.retry.count) == (300, OnError.FAIL, 0)
    assert (flowlet.after, flowlet.index, flowlet.inside, flowlet.filters) == (None, None, None, ())


@pytest.mark.parametrize("slug", ["a", "order-triage", "x9", "a" * 64])
def test_a_permanent_id_of_small_letters_digits_and_hyphens_is_taken(slug: str) -> None:
    assert Flow.model_validate(a_flow(flow=slug)).flow == slug


@pytest.mark.parametrize("slug", ["", "A", "a b", "-a", "a-", "a_b", "a" * 65, "a\n", "ü"])
def test_any_other_permanent_id_is_refused_with_the_rule(slug: str) -> None:
    with pytest.raises(ValidationError, match="small letters, digits and hyphens"):
        Flow.model_validate(a_flow(flow=slug))


@pytest.mark.parametrize("ref", ["a", "_", "Total_2", "a" * 64])
def test_a_ref_of_letters_digits_and_underscores_is_taken(ref: str) -> None:
    assert Flowlet.model_validate({"ref": ref, "appId": "var"}).ref == ref


@pytest.mark.parametrize("ref", ["", "2a", "a-b", "a.b", "a" * 65, "a\n", "ü"])
def test_any_other_ref_is_refused_with_the_rule(ref: str) -> None:
    with pytest.raises(ValidationError, match="letters, digits and underscores"):
        Flowlet.model_validate({"ref": ref, "appId": "var"})
    with pytest.raises(ValidationError, match="letters, digits and underscores"):
        Flowlet.model_validate({"ref": "a", "appId": "var", "inside": ref})


@pytest.mark.parametrize("seconds", [0, -1, 7 * 24 * 3600 + 1, float("nan"), float("inf")])
def test_a_timeout_out_of_bounds_is_refused(seconds: float) -> None:
    with pytest.raises(ValidationError):
        Flowlet.model_validate({"ref": "a", "appId": "var", "timeout": seconds})


def test_the_schema_of_the_shape_still_names_the_patterns() -> None:
    schema = Flow.model_json_schema()

    assert schema["properties"]["flow"]["pattern"] == r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"
    assert schema["$defs"]["Flowlet"]["properties"]["ref"]["maxLength"] == 64
