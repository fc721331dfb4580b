"""Policies belong to views."""

from flow8.domain.access import Right
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
