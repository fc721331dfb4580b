"""What is written about the house agrees with the house."""

from pathlib import Path

import pytest

from config import reference
from flow8 import function_reference
from flow8.metrics import page


@pytest.mark.parametrize("file", reference.pages(), ids=lambda file: file.name)
def test_pages_made_from_the_settings_are_fresh(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == reference.pages()[file], "run: make docs"


@pytest.mark.parametrize("file", function_reference.pages(), ids=lambda file: file.name)
def test_the_page_made_from_the_table_of_functions_is_fresh(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == function_reference.pages()[file], "run: make docs"


@pytest.mark.parametrize("file", page.pages(), ids=lambda file: file.name)
def test_the_page_of_figures_is_fresh(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == page.pages()[file], "run: make docs"
