"""The policy matrix: which of the policies that are there wins, and for which plays."""

from datetime import timedelta

import pytest

from flow8.domain.play import PlayState
from flow8.domain.retention import ENDED, LONGEST, Policies, Policy, RetentionScope

DAY = timedelta(days=1)
S = RetentionScope
AUDIT = Policy(S.AUDIT, 30 * DAY, 10, 14 * DAY, is_default=True)
ALL = Policy(S.ALL, 90 * DAY, 100, is_default=True)
FILTERED = Policy(S.FILTERED, 30 * DAY, 10, 3 * DAY, is_default=True)
DEFAULTS = [AUDIT, ALL, FILTERED]
OWN_ALL = Policy(S.ALL, 7 * DAY, 5)
OWN_FILTERED = Policy(S.FILTERED, DAY, 1)
OUTER = Policy(S.GROUP, 20 * DAY, 2, subject="outer")
INNER = Policy(S.GROUP, 40 * DAY, 3, subject="inner")
FLOW = Policy(S.FLOW, 60 * DAY, 4, subject="flow")
OTHER_FLOW = Policy(S.FLOW, DAY, 0, subject="other")
OTHER_GROUP = Policy(S.GROUP, DAY, 0, subject="elsewhere")


@pytest.mark.parametrize(
    ("own", "groups", "done", "filtered"),
    [
        ([], [], ALL, FILTERED),
        ([], ["inner", "outer"], ALL, FILTERED),
        ([OWN_ALL], [], OWN_ALL, FILTERED),
        ([OWN_FILTERED], [], ALL, OWN_FILTERED),
        ([OWN_ALL, OWN_FILTERED], ["inner", "outer"], OWN_ALL, OWN_FILTERED),
        ([OUTER], ["inner", "outer"], OUTER, OUTER),
        ([OUTER], ["outer"], OUTER, OUTER),
        ([OUTER], [], ALL, FILTERED),
        ([INNER, OUTER], ["inner", "outer"], INNER, INNER),
        ([OUTER, INNER], ["inner", "outer"], INNER, INNER),
        ([INNER, OUTER, OWN_ALL, OWN_FILTERED], ["outer"], OUTER, OUTER),
        ([FLOW], [], FLOW, FLOW),
        ([FLOW, INNER, OUTER, OWN_ALL, OWN_FILTERED], ["inner", "outer"], FLOW, FLOW),
        ([OTHER_FLOW, OTHER_GROUP], ["inner", "outer"], ALL, FILTERED),
        ([OTHER_FLOW, OTHER_GROUP, OUTER], ["inner", "outer"], OUTER, OUTER),
    ],
)
def test_the_most_specific_policy_wins(
    own: list[Policy], groups: list[str], done: Policy, filtered: Policy
) -> None:
    policies = Policies([*DEFAULTS, *own])

    assert policies.winner("flow", groups, filtered=False) is done
    assert policies.winner("flow", groups, filtered=True) is filtered
    assert policies.audit is AUDIT


def test_filtered_plays_are_counted_apart_only_where_a_policy_of_their_own_holds() -> None:
    apart = Policies(DEFAULTS).rules("flow", [])
    together = Policies([*DEFAULTS, FLOW]).rules("flow", [])

    assert [(rule.states, rule.policy) for rule in together] == [(ENDED, FLOW)]
    assert [rule.policy for rule in apart] == [ALL, FILTERED]
    assert apart[1].states == {PlayState.FILTERED}
    assert apart[0].states | apart[1].states == ENDED
    assert not apart[0].states & apart[1].states


@pytest.mark.parametrize(
    ("cadence", "minimum", "age"),
    [
        (30 * DAY, timedelta(), 30 * DAY),
        (DAY, 3 * DAY, 3 * DAY),
        (3 * DAY, 3 * DAY, 3 * DAY),
        (2 * LONGEST, timedelta(), LONGEST),
        (timedelta(), timedelta(), timedelta()),
    ],
)
def test_nothing_goes_before_cadence_and_enforced_minimum(
    cadence: timedelta, minimum: timedelta, age: timedelta
) -> None:
    assert Policy(S.ALL, cadence, 0, minimum).age == age


def test_what_the_settings_enforce_is_the_floor_of_every_policy() -> None:
    assert OWN_FILTERED.never_below(3 * DAY).age == 3 * DAY
    assert FLOW.never_below(3 * DAY).age == 60 * DAY


def test_the_least_age_is_that_of_plays() -> None:
    assert Policies(DEFAULTS).least_age == 30 * DAY
    assert Policies([*DEFAULTS, OTHER_FLOW]).least_age == DAY
