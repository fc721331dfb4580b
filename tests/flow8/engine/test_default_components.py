"""A default component that is not there is told, one that is there is not."""

import pytest

from config.settings import load
from flow8.engine.default_components import absent
from flow8.registry import Registry, load_registry


@pytest.fixture(scope="module")
def everything() -> Registry:
    """The catalogue."""
    return load_registry()


def test_what_is_there_and_what_is_not_named_is_not_told(everything: Registry) -> None:
    assert list(absent(load({}), everything)) == []
    assert list(absent(load({"DEFAULT_STORAGE_COMPONENT": "local"}), everything)) == []


@pytest.mark.parametrize("kind", ["ai", "storage", "db", "request", "mail", "console"])
def test_each_setting_that_names_an_absent_provider_is_told_with_what_there_is(
    everything: Registry, kind: str
) -> None:
    name = f"DEFAULT_{kind.upper()}_COMPONENT"

    [told] = absent(load({name: "nowhere"}), everything)

    assert told.startswith(f"{name} names 'nowhere', which this installation has not (there is ")
    assert told.endswith("Correct it or unset it.")
