"""Pages of lists."""

import pytest

from flow8.errors import Invalid
from flow8.services.page import Page, page_of, some_of

LETTERS = list("abcdefg")


def read(skip: int, size: int) -> tuple[list[str], int]:
    return LETTERS[skip : skip + size], len(LETTERS)


@pytest.mark.parametrize(
    ("page", "size", "expected"),
    [
        (1, 3, Page(["a", "b", "c"], 7, 1, 3, 3)),
        (3, 3, Page(["g"], 7, 3, 3, 3)),
        (4, 3, Page([], 7, 4, 3, 3)),
        (1, 7, Page(LETTERS, 7, 1, 7, 1)),
    ],
)
def test_a_page_holds_its_part_and_says_how_much_there_is(page: int, size: int, expected: Page[str]) -> None:
    assert page_of(read, page, size) == expected


def test_an_empty_list_has_no_pages() -> None:
    assert page_of(lambda _skip, _size: ([], 0), 1, 25).pages == 0


@pytest.mark.parametrize(
    ("page", "size", "paths"),
    [
        (0, 25, ["page"]),
        (1, 0, ["size"]),
        (1, 101, ["size"]),
        (-1, -1, ["page", "size"]),
        (10**30, 1, ["page"]),
    ],
)
def test_bounds_are_checked_before_anything_is_read(page: int, size: int, paths: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        page_of(lambda _skip, _size: pytest.fail("nothing may be read"), page, size)

    assert [problem.path for problem in refused.value.problems] == paths


@pytest.mark.parametrize(
    ("names", "count", "expected"),
    [
        ("a", None, "a"),
        ("abcde", None, "a, b, c, d, e"),
        ("abcdef", None, "a, b, c, d, e and 1 more"),
        ("abcdef", 100, "a, b, c, d, e and 95 more"),
        ("", None, ""),
    ],
)
def test_of_many_names_some_are_told(names: str, count: int | None, expected: str) -> None:
    assert some_of(list(names), count) == expected
