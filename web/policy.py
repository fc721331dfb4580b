"""Who may use a route: each view says so through one of these decorators, and one that says nothing refuses.

The policy belongs to the view itself, not to its path, so no other spelling of a path can go around it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flow8.domain.access import Actor, Right

View = Callable[..., Any]
V = TypeVar("V", bound=View)


@dataclass(frozen=True)
class Policy:
    """Anybody when `public`; else whoever has a session or a key that gives the `right`, if one is named.

    The right has to hold in the whole company, or only `somewhere`: then the service looks on which flow.
    What is `foreign` is for pages and programs of anybody, and decides itself whom it lets in. A `ticket` may
    stand for the session or the key that it was made with.
    """

    public: bool = False
    foreign: bool = False
    ticket: bool = False
    right: Right | None = None
    somewhere: bool = False

    def admits(self, actor: Actor) -> bool:
        """Whether somebody who is known may go on to the view."""
        if self.right is None or self.right in actor.rights:
            return True
        return self.somewhere and actor.holds_somewhere(self.right)


_POLICIES: dict[View, Policy] = {}


def public(view: V) -> V:
    """Anybody may use this view, without a session or a key."""
    _POLICIES[view] = Policy(public=True)
    return view


def for_strangers(view: V) -> V:
    """Anybody may come here, sent by a page of whomever; the view itself looks who may go on."""
    _POLICIES[view] = Policy(public=True, foreign=True)
    return view


def with_ticket(view: V) -> V:
    """Whoever comes with a session, a key or a ticket may use this view."""
    _POLICIES[view] = Policy(ticket=True)
    return view


def signed_in(view: V) -> V:
    """Whoever comes with a session or a key may use this view."""
    _POLICIES[view] = Policy()
    return view


def needs(right: Right, *, somewhere: bool = False) -> Callable[[V], V]:
    """Whoever comes with a session or a key that gives this right may use the view.

    With `somewhere` it is enough to hold it on one flow; what the view calls must then look on which.
    """

    def declare(view: V) -> V:
        _POLICIES[view] = Policy(right=right, somewhere=somewhere)
        return view

    return declare


def policy_of(view: View | None) -> Policy | None:
    """What a view says; None when it says nothing, and then nobody may use it."""
    return None if view is None else _POLICIES.get(view)
