"""The pages made from the settings: every setting is there, and the example file can be used."""

from config.declare import declared_in
from config.reference import env_example, reference_page
from config.settings import Settings, load


def test_every_setting_has_a_row_and_a_line() -> None:
    names = [declared.name for declared in declared_in(Settings)]

    page, example = reference_page(), env_example()

    assert [name for name in names if page.count(f"| `{name}` |") != 1] == []
    assert [name for name in names if example.count(f"\n#{name}=") != 1] == []


def test_every_sentence_is_one() -> None:
    texts = [declared.text for declared in declared_in(Settings)]

    assert [text for text in texts if not text.endswith(".") or not text[0].isupper()] == []


def test_the_example_with_its_comment_signs_removed_changes_nothing() -> None:
    lines = [line[1:] for line in env_example().splitlines() if line.startswith("#") and line[1:2].isupper()]
    environ = dict(line.split("=", 1) for line in lines)

    settings = load(environ)

    assert (
        repr(settings).partition("flow8_in_container")[2] == repr(load({})).partition("flow8_in_container")[2]
    )
