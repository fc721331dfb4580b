"""What every `kv` does, in plays and in the tests of authors: the promises of the kit's `Kv`."""

import pytest

from flow8.kit import Failed, Kv, KvValue


class KvConformance:
    """A test class inherits these and gives the fixture `kv`: one without entries, of a flow in a group."""

    def test_what_is_not_there_is_none(self, kv: Kv) -> None:
        assert kv.get("cursor") is None
        assert kv.delete("cursor") is False

    @pytest.mark.parametrize("value", [41, "text", None, False, [1, {"a": None}], {"x": {"y": 2.5}}])
    def test_what_was_written_is_read(self, kv: Kv, value: object) -> None:
        assert kv.set("cursor", value) == 1

        assert kv.get("cursor") == kv.get("cursor", scope="flow") == KvValue(value, 1)

    def test_scopes_are_apart_and_the_nearest_is_read(self, kv: Kv) -> None:
        for scope in ("global", "flow_group", "flow"):
            kv.set("cursor", scope, scope=scope)

        assert kv.get("cursor", scope="global") == KvValue("global", 1)
        assert kv.get("cursor") == KvValue("flow", 1)
        assert kv.delete("cursor")
        assert kv.get("cursor") == KvValue("flow_group", 1)
        assert kv.delete("cursor", scope="flow_group")
        assert kv.get("cursor") == KvValue("global", 1)

    def test_an_entry_at_another_rev_is_not_written(self, kv: Kv) -> None:
        kv.set("cursor", 1, if_rev=0)

        for rev in (0, 2):
            with pytest.raises(Failed) as refused:
                kv.set("cursor", 2, if_rev=rev)
            assert (refused.value.code, refused.value.final) == ("KV_CHANGED", True)
        assert kv.get("cursor") == KvValue(1, 1)

    def test_a_secret_is_written_and_not_given_out(self, kv: Kv) -> None:
        kv.set("token", "hunter2hunter2", secret=True)

        with pytest.raises(Failed) as refused:
            kv.get("token")
        assert refused.value.code == "KV_SECRET"
        assert "hunter2" not in refused.value.message
        assert kv.delete("token")
        assert kv.get("token") is None
