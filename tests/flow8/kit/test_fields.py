"""Forms."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from flow8.kit import Fields, Open, field, to_json
from flow8.kit.fields import each_field, is_secret, is_template


class Inner(Fields):
    """A form inside another."""

    zip_code: str = field("The code.", secret=True)


class Outer(Fields):
    """A form with forms inside."""

    max_rows: int = field("How many.", 3, ge=1)
    inner: Inner | None = field("One.", None)
    many: dict[str, list[Inner]] = field("Many.", factory=dict)


class Tree(Fields):
    """A form that holds itself."""

    children: "list[Tree]" = field("Smaller trees.", factory=list)


def test_a_form_is_written_in_camel_case() -> None:
    form = Outer(max_rows=2, many={"a b": [Inner(zip_code="8000")]})

    assert to_json(form) == {"maxRows": 2, "inner": None, "many": {"a b": [{"zipCode": "8000"}]}}


def test_a_required_field_has_no_default_and_a_factory_makes_a_new_one() -> None:
    with pytest.raises(ValidationError):
        Inner.model_validate({})

    assert Outer().many is not Outer().many


def test_bounds_are_kept() -> None:
    with pytest.raises(ValidationError):
        Outer(max_rows=0)


def test_the_sentence_stands_in_the_schema() -> None:
    assert Outer.model_json_schema()["properties"]["maxRows"]["description"] == "How many."


def test_unknown_fields_are_refused_except_in_an_open_form() -> None:
    with pytest.raises(ValidationError):
        Inner.model_validate({"zipCode": "1", "other": 1})

    assert to_json(Open.model_validate({"other": 1})) == {"other": 1}


AWKWARD: dict[str, Any] = {
    "model_config": 1,
    "model_dump": [1],
    "__class__": "x",
    "__pydantic_extra__": {},
    "copy": None,
    "snake_case": 1.5,
    "a b": {"c_d": [True]},
    "": 0,
    "$": 2**70,
}


def test_an_open_form_keeps_every_name_and_value_as_it_came() -> None:
    assert to_json(Open.model_validate(AWKWARD)) == AWKWARD
    assert json.loads(json.dumps(to_json(Open.model_validate(AWKWARD)))) == AWKWARD


def test_every_field_is_found_those_of_inner_forms_too() -> None:
    assert [path for path, _ in each_field(Outer)] == [
        "maxRows",
        "inner",
        "inner.zipCode",
        "many",
        "many.zipCode",
    ]


def test_a_form_that_holds_itself_is_looked_at_once() -> None:
    assert [path for path, _ in each_field(Tree)] == ["children"]


def test_a_secret_is_known_as_one() -> None:
    assert [path for path, declared in each_field(Outer) if is_secret(declared)] == [
        "inner.zipCode",
        "many.zipCode",
    ]


def test_text_with_braces_is_a_template() -> None:
    assert [is_template(value) for value in ("a {{ b }}", "{{", "a", 1)] == [True, True, False, False]
