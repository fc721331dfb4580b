"""What tests of the kit may ask for."""

from tests.support.children import folder, mark  # noqa: F401 - fixtures
