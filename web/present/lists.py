"""Pages of a list."""

from collections.abc import Callable
from typing import Any, TypeVar

from flow8.services.page import Page

T = TypeVar("T")


def page_of(found: Page[T], show: Callable[[T], Any]) -> dict[str, Any]:
    """`{data, total, page, size, pages}`."""
    return {
        "data": [show(record) for record in found.data],
        "total": found.total,
        "page": found.page,
        "size": found.size,
        "pages": found.pages,
    }
