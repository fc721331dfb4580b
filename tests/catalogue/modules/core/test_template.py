"""Template."""

from typing import Any

import pytest

from catalogue.modules.core.template import template
from flow8.kit.binding import args_problems, bind
from flow8.kit.testing import FakeContext


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("Dear Ada", "Dear Ada"),
        ("", ""),
        ("{{ $kv.secret }}", "{{ $kv.secret }}"),
        (None, ""),
        (2.0, "2"),
        ({"a": [1, True]}, '{"a":[1,true]}'),
    ],
)
def test_whatever_came_of_the_expression_becomes_text_and_is_not_read_again(given: Any, text: str) -> None:
    assert template.run(bind(template, {"text": given}), FakeContext()).model_dump() == {"text": text}


def test_the_text_is_required() -> None:
    assert [str(each) for each in args_problems(template, {}, "args")] == ["args.text: is missing"]
