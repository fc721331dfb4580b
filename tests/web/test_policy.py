"""Policies belong to views."""

from flow8.domain.access import GRANTED, Actor, Grants, Right
from web.policy import Policy, needs, policy_of, public, signed_in


def test_each_decorator_says_its_policy_and_leaves_the_view_as_it_is() -> None:
    def one() -> None: ...
    def two() -> None: ...
    def three() -> None: ...

    assert public(one) is one
    assert signed_in(two) is two
    assert needs(Right.EDIT)(three) is three

    assert [policy_of(view) for view in (one, two, three)] == [
        Policy(public=True),
        Policy(),
        Policy(right=Right.EDIT),
    ]


def test_a_view_that_says_nothing_has_no_policy() -> None:
    assert policy_of(lambda: None) is None
    assert policy_of(None) is None


def test_a_grant_on_one_flow_is_enough_only_where_the_policy_says_so() -> None:
    granted = Actor("c1", "gil", frozenset(), "web", grants=Grants({"f": GRANTED[Right.RUN]}))

    assert Policy(right=Right.RUN, somewhere=True).admits(granted)
    assert not Policy(right=Right.RUN).admits(granted)
    assert not Policy(right=Right.EDIT, somewhere=True).admits(granted)
    assert Policy().admits(granted)
