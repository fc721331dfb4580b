"""Who may use a route: each view says so through one of these decorators, and one that says nothing refuses.

The policy belongs to the view itself, not to its path, so no other spelling of a path can go around it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flow8.domain.access import Right

View = Callable[..., Any]
V = TypeVar("V", bound=View)


@dataclass(frozen=True)
class Policy:
    """Anybody when `public`; else whoever has a session or a key that gives the `right`, if one is named."""

    public: bool = False
    right: Right | None = None


_POLICIES: dict[View, Policy] = {}


def public(view: V) -> V:
    """Anybody may use this view, without a session or a key."""
    _POLICIES[view] = Policy(public=True)
    return view


def signed_in(view: V) -> V:
    """Whoever comes with a session or a key may use this view."""
    _POLICIES[view] = Policy()
    return view


def needs(right: Right) -> Callable[[V], V]:
    """Whoever comes with a session or a key that gives this right may use the view."""

    def declare(view: V) -> V:
        _POLICIES[view] = Policy(right=right)
        return view

    return declare


def policy_of(view: View | None) -> Policy | None:
    """What a view says; None when it says nothing, and then nobody may use it."""
    return None if view is None else _POLICIES.get(view)
