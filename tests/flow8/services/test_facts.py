"""What the rules of a flow learn about the catalogue."""

from flow8.registry import Registry
from flow8.services.facts import RegistryFacts


def test_every_module_is_known_by_its_name_and_lane(registry: Registry) -> None:
    facts = RegistryFacts(registry)

    assert {"var", "router", "storage-read"} <= set(facts.app_ids())
    assert {facts.lane_of(app_id) for app_id in facts.app_ids()} == {"documents", "plays"}


def test_args_are_judged_by_the_form_of_their_module(registry: Registry) -> None:
    facts = RegistryFacts(registry)

    right = facts.args_problems("var", {"values": {"n": "{{ $args.n }}"}}, "flowlets[0].args")
    wrong = facts.args_problems("var", {"valeus": {}}, "flowlets[0].args")

    assert right == []
    assert [problem.path for problem in wrong] == ["flowlets[0].args.values", "flowlets[0].args.valeus"]
