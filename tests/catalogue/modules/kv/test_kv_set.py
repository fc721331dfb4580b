"""KV set."""

import pytest

from catalogue.modules.kv.kv_set import kv_set
from flow8.kit import Effect, Failed, KvValue
from flow8.kit.binding import args_problems, bind
from flow8.kit.testing import FakeContext


def test_an_entry_at_another_rev_fails_for_good() -> None:
    context = FakeContext(entries={"x": 1})

    with pytest.raises(Failed) as refused:
        kv_set.run(bind(kv_set, {"key": "x", "value": 2, "ifRev": 5}), context)

    assert (refused.value.code, refused.value.final) == ("KV_CHANGED", True)
    assert context.kv.get("x") == KvValue(1, 1)


def test_scope_and_secret_are_handed_on() -> None:
    context = FakeContext()

    args = {"key": "x", "value": "hunter2hunter2", "scope": "global", "secret": True}
    kv_set.run(bind(kv_set, args), context)

    assert context.kv.secrets == {("global", "x")}


def test_a_value_must_be_given_though_it_may_be_null() -> None:
    assert [each.path for each in args_problems(kv_set, {"key": "x"}, "args")] == ["args.value"]
    assert args_problems(kv_set, {"key": "x", "value": None}, "args") == []


def test_it_writes() -> None:
    assert kv_set.effect is Effect.WRITE
