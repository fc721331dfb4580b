"""KV delete."""

from catalogue.modules.kv.kv_delete import kv_delete
from flow8.kit import to_json
from flow8.kit.binding import bind
from flow8.kit.testing import FakeContext


def test_only_the_entry_of_its_scope_goes() -> None:
    context = FakeContext(entries={"x": 1})
    context.kv.set("x", 2, scope="global")

    gone = to_json(kv_delete.run(bind(kv_delete, {"key": "x", "scope": "global"}), context))

    assert gone == {"deleted": True}
    assert set(context.kv.entries) == {("flow", "x")}
