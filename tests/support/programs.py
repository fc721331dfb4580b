"""Programs of the machine that some tests need: skipped without them, a failure when everything must run."""

import os

import pytest

from catalogue.modules.documents._libreoffice import LIBREOFFICE
from flow8.kit import Program


def needed(program: Program) -> str:
    """The full path of a program; without it the test is skipped, or fails with FLOW8_TEST_ALL=1."""
    if found := program.find():
        return found
    missing = f"There is no {program.name} here."
    if os.environ.get("FLOW8_TEST_ALL") == "1":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture
def libreoffice() -> str:
    """The path of LibreOffice."""
    return needed(LIBREOFFICE)
