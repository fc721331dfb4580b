"""Names of what flows refer to by name or id."""

import pytest

from flow8.domain.names import LONGEST_NAME, name_problems


@pytest.mark.parametrize("name", ["desk", "Größe 7", "x" * LONGEST_NAME, "a" * 23, "A" * 24])
def test_a_name_that_is_one(name: str) -> None:
    assert name_problems(name) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * (LONGEST_NAME + 1), "a\nb", "0123456789abcdef01234567"])
def test_a_name_that_is_none(name: str) -> None:
    assert [problem.path for problem in name_problems(name)] == ["name"]
