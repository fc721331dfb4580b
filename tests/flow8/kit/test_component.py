"""How a component is declared.

It is a class of one kind.
"""

from pathlib import Path

from flow8.kit import Fields, Surroundings, component


class Config(Fields):
    """Nothing to choose."""


class Provider:
    """Remembers what it was opened with."""

    def __init__(self, config: Config, surroundings: Surroundings) -> None:
        self.config = config
        self.surroundings = surroundings


def test_a_declared_class_is_a_component_and_opens_with_its_surroundings(tmp_path: Path) -> None:
    made = component(kind="storage", config=Config)(Provider)

    opened = made.open(made.config(), Surroundings(tmp_path))

    assert (made.kind, made.name, made.source) == ("storage", "test_component", __name__)
    assert (made.title, made.help) == ("How a component is declared", "It is a class of one kind.")
    assert (opened.config, opened.surroundings) == (Config(), Surroundings(tmp_path, ()))
