"""What is written about the house agrees with the house."""

from pathlib import Path

import pytest

from config import reference


@pytest.mark.parametrize("file", reference.pages(), ids=lambda file: file.name)
def test_pages_made_from_the_settings_are_fresh(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == reference.pages()[file], "run: make docs"
