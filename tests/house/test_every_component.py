"""Every provider of a kind has a test that runs the kind's conformance tests against it."""

import importlib
import inspect
from collections.abc import Mapping

import pytest

from flow8.kit.component import Component
from flow8.kit.fields import each_field
from flow8.kit.kinds import KINDS
from flow8.registry import load_registry
from tests.catalogue.components.mail.conformance import MailConformance
from tests.catalogue.components.request.conformance import RequestConformance
from tests.catalogue.components.storage.conformance import StorageConformance

CONFORMANCE: Mapping[str, type] = {
    "mail": MailConformance,
    "request": RequestConformance,
    "storage": StorageConformance,
}

COMPONENTS = list(load_registry().components.values())


def conformance_classes(module: str, kind: str) -> list[str]:
    """The test classes of a test file that inherit the kind's promises."""
    found = inspect.getmembers(importlib.import_module(module), inspect.isclass)
    return [
        name
        for name, each in found
        if name.startswith("Test") and issubclass(each, CONFORMANCE[kind]) and each is not CONFORMANCE[kind]
    ]


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda each: f"{each.kind}/{each.name}")
def test_a_component_passes_the_tests_of_its_kind(component: Component) -> None:
    *folders, name = component.source.split(".")

    assert len(conformance_classes(".".join(["tests", *folders, f"test_{name}"]), component.kind)) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_provider_and_a_fake_that_passes_the_same_tests(kind: str) -> None:
    providers = [component.name for component in COMPONENTS if component.kind == kind]

    assert providers != []
    assert len(conformance_classes("tests.flow8.kit.test_testing", kind)) == 1


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda each: f"{each.kind}/{each.name}")
def test_a_component_opens_without_being_configured(component: Component) -> None:
    assert component.config() == component.config.model_validate({})
    assert component.title
    assert component.help.endswith(".")


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda each: f"{each.kind}/{each.name}")
def test_a_component_can_be_tried(component: Component) -> None:
    assert callable(getattr(component.open, "check", None)), "write check(self, *, seconds: float) -> str"
    assert set(component.secrets_go_by) <= {path for path, _ in each_field(component.config)}


def test_every_kind_has_conformance_tests() -> None:
    assert set(CONFORMANCE) == set(KINDS)
