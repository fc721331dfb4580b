"""Every module keeps the rules of the catalogue, and every example it gives is true."""

import ast
from pathlib import Path
from typing import Any

import pytest

from flow8.domain.lanes import DEFAULT_LANE
from flow8.kit.binding import args_problems
from flow8.kit.module import Effect, Example, Module
from flow8.kit.orders import PlayFlow
from flow8.kit.testing import run_example
from flow8.registry import load_registry, pages
from tests.support.programs import needed

ROOT = Path(__file__).parents[2]
MODULES = sorted(load_registry().modules.values(), key=lambda each: each.app_id)
EXAMPLES = [(module, example) for module in MODULES for example in module.examples]

REACHES_OUT = (PlayFlow,)
"""Orders that change something outside their play."""

every_module = pytest.mark.parametrize("module", MODULES, ids=lambda each: str(each.app_id))
every_example = pytest.mark.parametrize(
    ("module", "example"), EXAMPLES, ids=[f"{module.app_id}: {example.title}" for module, example in EXAMPLES]
)


@every_module
def test_a_module_has_a_test_of_its_own(module: Module[Any]) -> None:
    *folders, name = module.source.split(".")

    test = ROOT.joinpath("tests", *folders, f"test_{name}.py")

    assert test.is_file(), f"write {test.relative_to(ROOT)}"
    assert "\ndef test_" in test.read_text()


@every_module
def test_a_module_lies_in_a_group_and_is_named_like_its_file(module: Module[Any]) -> None:
    top, middle, _group, name = module.source.split(".")

    assert (top, middle, name) == ("catalogue", "modules", module.app_id.replace("-", "_"))
    assert ROOT.joinpath(*module.source.split(".")).with_suffix(".py").is_file()


@every_module
def test_a_module_explains_itself_in_whole_sentences(module: Module[Any]) -> None:
    assert module.title[:1].isupper()
    assert module.help.endswith(".")


@every_module
def test_a_module_that_touches_the_world_says_through_what(module: Module[Any]) -> None:
    through = module.needs or (module.order.__name__ if module.order in REACHES_OUT else ())

    assert (module.effect is Effect.NONE) is (through == ())


@every_module
def test_a_module_that_runs_programs_stays_off_the_lane_of_the_others(module: Module[Any]) -> None:
    assert module.programs == () or module.lane != DEFAULT_LANE


@pytest.mark.parametrize("file", sorted((ROOT / "catalogue").rglob("*.py")), ids=lambda file: str(file.stem))
def test_only_the_kit_starts_processes(file: Path) -> None:
    nodes = list(ast.walk(ast.parse(file.read_text())))

    imported = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert imported & {"subprocess", "multiprocessing", "pty", "ctypes"} == set()


@every_example
def test_an_example_is_true(module: Module[Any], example: Example) -> None:
    for program in module.programs:
        needed(program)

    assert run_example(module, example) == example.output


@every_example
def test_an_example_is_what_an_author_may_write(module: Module[Any], example: Example) -> None:
    assert args_problems(module, example.args, "args") == []


@every_module
def test_examples_have_titles_of_their_own(module: Module[Any]) -> None:
    titles = [example.title for example in module.examples]

    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("file", pages(), ids=lambda file: str(file.name))
def test_pages_made_from_the_catalogue_are_fresh(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == pages()[file], "run: make docs"
