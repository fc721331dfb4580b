"""Headers in forms."""

import pytest
from pydantic import ValidationError

from flow8.kit import Fields, Headers, field


class Form(Fields):
    """Some headers."""

    headers: Headers = field("Headers.")


def test_names_stay_and_values_become_text() -> None:
    form = Form.model_validate({"headers": {"X-Count": 3, "Accept": " a/b ", "X_y.z": None, "X-T": "a\tb"}})

    assert form.headers == {"X-Count": "3", "Accept": "a/b", "X_y.z": "", "X-T": "a\tb"}


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\n", "ü", "a\r\nb: c", "(a)", "a" * 257])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="a header's name has letters"):
        Form.model_validate({"headers": {name: "x"}})


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\n b", "\x00", "a\x7f", "\ud800"])
def test_a_value_that_could_smuggle_in_a_header_is_refused(value: str) -> None:
    with pytest.raises(ValidationError, match="stays on one line"):
        Form.model_validate({"headers": {"X-A": value}})
