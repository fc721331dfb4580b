"""KV get."""

import pytest

from catalogue.modules.kv.kv_get import kv_get
from flow8.kit import Failed, to_json
from flow8.kit.binding import bind
from flow8.kit.testing import FakeContext


def test_the_scope_may_be_named() -> None:
    context = FakeContext(entries={"x": "of the flow"})
    context.kv.set("x", "of all", scope="global")

    found = [
        to_json(kv_get.run(bind(kv_get, {"key": "x", **more}), context))
        for more in ({}, {"scope": "global"}, {"scope": "flow_group", "default": "none"})
    ]

    assert [(each["value"], each["found"]) for each in found] == [
        ("of the flow", True),
        ("of all", True),
        ("none", False),
    ]


def test_a_secret_is_not_given_out() -> None:
    context = FakeContext()
    context.kv.set("x", "hunter2hunter2", secret=True)

    with pytest.raises(Failed) as refused:
        kv_get.run(bind(kv_get, {"key": "x"}), context)

    assert refused.value.code == "KV_SECRET"
