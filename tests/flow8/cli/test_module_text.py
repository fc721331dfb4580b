"""The text of a new module."""

import pytest

from flow8.cli.module_text import name_problem, stem_of, text_of


@pytest.mark.parametrize("name", ["a", "price-check", "price_check", "iso-8601", "x" * 64, "print", "match"])
def test_a_name_that_a_file_and_a_function_may_have_is_taken(name: str) -> None:
    assert name_problem(name) is None
    compile(text_of(name), f"{stem_of(name)}.py", "exec")


@pytest.mark.parametrize(
    "name",
    ["", "Price", "9lives", "_hidden", "a b", "a--b", "a-", "-a", "a.b", "a/b", "../a", "ä", "a\n", "x" * 65],
)
def test_any_other_is_refused_in_one_sentence(name: str) -> None:
    told = name_problem(name)

    assert told is not None
    assert told.startswith(f"{name!r} cannot name a module; take up to 64 small letters")
    assert "\n" not in told


@pytest.mark.parametrize("name", ["class", "import", "field", "module"])
def test_a_word_that_the_file_needs_is_refused(name: str) -> None:
    assert name_problem(name) == f"{name!r} is a word that Python or the kit needs; choose another name."


def test_the_title_is_the_name_in_words() -> None:
    assert text_of("price-check-2").startswith('"""Price check 2.\n\n')
    assert "\ndef price_check_2(args: Args, _ctx: Context) -> Out:\n" in text_of("price-check-2")
