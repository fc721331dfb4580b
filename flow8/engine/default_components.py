"""Whether the providers that DEFAULT_*_COMPONENT name are there: absent ones are told, and stop nothing."""

from collections.abc import Iterator

from config.declare import declared_in
from config.settings import Settings
from flow8.registry import Registry

PLACE = "components."


def absent(settings: Settings, registry: Registry) -> Iterator[str]:
    """A sentence for each setting that names a provider which this installation has not."""
    for declared in declared_in(Settings):
        if not declared.place.startswith(PLACE):
            continue
        kind, name = declared.place.removeprefix(PLACE), getattr(settings, declared.attribute)
        if name is not None and (kind, name) not in registry.components:
            known = sorted(found for of_kind, found in registry.components if of_kind == kind)
            there = f"there is {', '.join(known)}" if known else f"there is no {kind} component at all"
            yield (
                f"{declared.name} names '{name}', which this installation has not ({there}); flowlets that "
                "rely on it fail. Correct it or unset it."
            )
