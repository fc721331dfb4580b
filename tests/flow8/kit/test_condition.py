"""Which values count as true."""

from typing import Any

import pytest

from flow8.kit import Condition, Fields, field
from flow8.kit.condition import holds


class Form(Fields):
    """One condition."""

    when: Condition = field("A condition.")


@pytest.mark.parametrize("value", [False, None, 0, 0.0, "", [], {}, "false", " false "])
def test_these_do_not_hold(value: Any) -> None:
    assert not holds(value)


@pytest.mark.parametrize("value", [True, 1, -1, 0.5, "true", " true ", "no", "0", " ", [0], {"a": None}])
def test_every_other_value_holds(value: Any) -> None:
    assert holds(value)


def test_a_field_keeps_the_truth_of_any_value() -> None:
    kept = [Form.model_validate({"when": value}).when for value in ([], [1], "false", "anything", None)]

    assert kept == [False, True, False, True, False]
