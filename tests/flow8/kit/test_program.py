"""Programs of the machine are found, or said to be missing with the way to get them."""

from dataclasses import replace
from pathlib import Path

import pytest

from flow8.kit import Context, Example, Failed, Fields, Program, module
from flow8.kit.reference import modules_page


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def a_program(file: Path, *, mode: int = 0o755) -> Path:
    file.write_text("#!/bin/sh\n")
    file.chmod(mode)
    return file


def test_the_first_candidate_that_is_there_is_taken(path: Path) -> None:
    a_program(path / "second")
    third = a_program(path / "third")

    assert Program("It", ("first", "second", "third"), "").find() == str(path / "second")
    assert Program("It", ("first", str(third)), "").find() == str(third)


def test_a_file_that_nobody_may_run_is_no_program(path: Path) -> None:
    a_program(path / "one", mode=0o644)

    assert Program("It", ("one", str(path / "one")), "").find() is None


@pytest.mark.usefixtures("path")
def test_a_missing_program_fails_for_good_and_tells_how_to_get_it() -> None:
    with pytest.raises(Failed) as failed:
        Program("Moon", ("moon",), "look up at night").must_find()

    assert failed.value.message == "Moon is not installed here; look up at night"
    assert (failed.value.final, failed.value.code) == (True, "PROGRAM_MISSING")


class Form(Fields):
    """Nothing."""


MOON = Program("Moon", ("moon",), "look up at night")


@module(Example("None", {}, {}), programs=(MOON,))
def shine(args: Form, _ctx: Context) -> Form:
    """Nothing."""
    return args


def test_a_module_names_its_programs_and_its_page_names_them_too() -> None:
    page = modules_page([replace(shine, source="catalogue.modules.core.shine")])

    assert shine.programs == (MOON,)
    assert "Lane: `plays`. Programs: Moon.\n" in page
