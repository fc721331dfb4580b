"""Lists in pages, the same for every resource."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flow8.errors import Invalid, Problem

USUAL_SIZE = 25
LARGEST_SIZE = 100
LAST_PAGE = 1_000_000
MOST_NAMED = 5

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; pages count from 1, and an empty list has none."""

    data: list[T]
    total: int
    page: int
    size: int
    pages: int


def page_of(read: Callable[[int, int], tuple[list[T], int]], page: int, size: int) -> Page[T]:
    """One page of what `read(skip, size)` gives: its rows, and how many there are in all.

    Raises:
        Invalid: `page` or `size` is out of bounds.
    """
    problems = [*size_problems(size)]
    if not 1 <= page <= LAST_PAGE:
        problems.insert(0, Problem("page", f"must be from 1 to {LAST_PAGE}"))
    refuse(problems, "There is no such page.")
    data, total = read((page - 1) * size, size)
    return Page(data, total, page, size, -(-total // size))


def size_problems(size: int) -> list[Problem]:
    """What is wrong with the size of a page: nothing, or one problem."""
    return [] if 1 <= size <= LARGEST_SIZE else [Problem("size", f"must be from 1 to {LARGEST_SIZE}")]


def some_of(names: Sequence[str], count: int | None = None) -> str:
    """The first of many names for a sentence, and how many more of `count` there are."""
    more = (len(names) if count is None else count) - MOST_NAMED
    shown = ", ".join(names[:MOST_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown


def refuse(problems: list[Problem], message: str) -> None:
    """Go on only without problems.

    Raises:
        Invalid: there are some; it lists them all.
    """
    if problems:
        raise Invalid(message, problems=problems)
