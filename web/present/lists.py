"""Pages of a list."""

from collections.abc import Callable
from typing import Generic, TypeVar

from typing_extensions import TypedDict

from flow8.services.page import Page

T = TypeVar("T")
S = TypeVar("S")


class PageShape(TypedDict, Generic[S]):
    """One page of a list; pages count from 1."""

    data: list[S]
    total: int
    page: int
    size: int
    pages: int


class ListShape(TypedDict, Generic[S]):
    """A whole list."""

    data: list[S]


class CursorShape(TypedDict, Generic[S]):
    """A part of a list; `next` is what to pass as `after` for the rest, null at its end."""

    data: list[S]
    next: str | None


def page_of(found: Page[T], show: Callable[[T], S]) -> PageShape[S]:
    """`{data, total, page, size, pages}`."""
    return {
        "data": [show(record) for record in found.data],
        "total": found.total,
        "page": found.page,
        "size": found.size,
        "pages": found.pages,
    }
