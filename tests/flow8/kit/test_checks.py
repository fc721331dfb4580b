"""What every entry of a catalogue keeps."""

from dataclasses import replace
from typing import Any

import pytest

from flow8.kit import Context, Example, Fields, Open, Surroundings, component, field, module, to_json
from flow8.kit.checks import component_problems, module_problems
from flow8.kit.module import Module


class Inner(Fields):
    """A form inside."""

    label: str = field("lower case.")


class Args(Fields):
    """A good form."""

    name: str = field("The name.")


class Poor(Fields):
    """A form whose fields lack their sentences."""

    bare: str
    empty: str = field("")
    word: str = field("Name")
    lower: str = field("the name.")
    inner: list[Inner] = field("Forms inside.")
    fine: str = field("`code` is a good start, and so is a question?")


@module(Example("None", {}, {}))
def good(args: Args, _ctx: Context) -> Open:
    """The args."""
    return Open.model_validate(to_json(args))


NEEDS = "needs a sentence: a capital letter, words, a full stop"


def test_a_good_module_has_no_problems() -> None:
    assert module_problems(good, "good") == []


def test_every_field_needs_a_sentence_those_of_inner_forms_too() -> None:
    poor = replace(good, args=Poor)  # type: ignore[arg-type]  # another form on purpose

    assert module_problems(poor, "good") == [
        f"the field args.{name} {NEEDS}" for name in ("bare", "empty", "word", "lower", "inner.label")
    ]


@pytest.mark.parametrize(
    ("poor", "problem"),
    [
        (replace(good, title=""), "needs a head docstring; its first line is the title people see"),
        (replace(good, app_id="goods"), "declares the module 'goods'; name the function like its file: good"),
        (replace(good, lane="fast"), "asks for the lane 'fast'; the lanes are plays, documents"),
        (
            replace(good, needs=("storage", "fax")),
            "needs the kind 'fax'; a module may need request, storage, mail, kv, files",
        ),
        (replace(good, examples=()), "needs an Example; give @module one that is true"),
        (replace(good, out=Inner), f"the field output.label {NEEDS}"),
    ],
)
def test_what_a_module_lacks_is_told(poor: Module[Any], problem: str) -> None:
    assert module_problems(poor, "good") == [problem]


def test_a_file_name_with_underscores_is_an_app_id_with_hyphens() -> None:
    assert module_problems(replace(good, app_id="good-one"), "good_one") == []


class Provider:
    """A component of any kind."""

    def __init__(self, config: Args, surroundings: Surroundings) -> None:
        self.opened = (config, surroundings)


provider = component(kind="storage", config=Args)(Provider)


def test_a_good_component_has_no_problems() -> None:
    assert component_problems(provider, "storage") == []


def test_a_component_lies_in_the_folder_of_its_kind_and_its_form_has_sentences() -> None:
    assert component_problems(replace(provider, title="", config=Inner), "request") == [
        "needs a head docstring; its first line is the title people see",
        "is of kind 'storage' but lies in 'request'; move it to storage/",
        f"the field config.label {NEEDS}",
    ]


def test_the_kind_of_a_component_is_a_known_one() -> None:
    assert component_problems(replace(provider, kind="fax"), "fax") == [
        "names the kind 'fax'; the kinds of components are request, storage, mail"
    ]
