"""YAML and JSON text to the value it holds, and back."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow8.domain.documents import MAX_DEPTH, Unreadable, read_document, write_yaml

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", {"a": 1}),
        ("- 1\n- [2, {b: 3}]\n", [1, [2, {"b": 3}]]),
        ("", None),
        ("# only a comment", None),
        ("'5'", "5"),
        ("! 5", "5"),
        ("!!str 5", "5"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
        (
            '{"a": [1, 2.5, -3e2, true, null, "\\ud83d\\ude00 \\" \\/"]}',
            {"a": [1, 2.5, -300.0, True, None, '😀 " /']},
        ),
        ("\n\t{\t}", {}),
        ("{flow: x, name: y,}", {"flow": "x", "name": "y"}),
        ('{"a": {"a": 1}, "b": [{"a": "a"}, {"a": 2}]}', {"a": {"a": 1}, "b": [{"a": "a"}, {"a": 2}]}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("a: &k key\n*k : 1", {"a": "key", "key": 1}),
        ("1: a\ntrue: b\n~: c", {"1": "a", "true": "b", "~": "c"}),
    ],
)
def test_a_text_is_read(text: str, value: object) -> None:
    assert read_document(text) == value


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("null", None),
        ("Null", None),
        ("~", None),
        ("", None),
        ("true", True),
        ("TRUE", True),
        ("False", False),
        ("12", 12),
        ("-0.5", -0.5),
        ("1e3", 1000.0),
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("007", "007"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("<<", "<<"),
        ("=", "="),
        ("tRue", "tRue"),
    ],
)
def test_only_words_and_numbers_that_json_knows_are_more_than_text(plain: str, value: object) -> None:
    found = read_document(f"a: {plain}")["a"]

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        (
            "a: 1\nb: c: d",
            2,
            5,
            "mapping values are not allowed in this context; put a text with a colon in quotes",
        ),
        ("a:\n  - 1\n b: 2", 3, 2, "did not find expected key"),
        ("a: 'open", 1, 9, "found unexpected end of stream"),
        ("a: 1\na: 2", 2, 1, "the key 'a' is given twice"),
        ("x:\n  a: 1\n  'a': 2", 3, 3, "the key 'a' is given twice"),
        ("a: {{ $args.id }}", 1, 5, "a key must be text; put a value that holds {{ … }} in quotes"),
        (
            "a: {{ $args.id }} and more",
            1,
            5,
            "a key must be text; put a value that holds {{ … }} in quotes",
        ),
        (
            "a: Hi {{ $args.b ? 'x': 'y' }}",
            1,
            23,
            "mapping values are not allowed in this context; put a value that holds {{ … }} in quotes",
        ),
        ("? [a]\n: 1", 1, 3, "a key must be text; put a value that holds {{ … }} in quotes"),
        ("a: &n 5\n*n : 1", 2, 1, "a key must be text"),
        ("a: 1\n---\nb: 2", 2, 1, "a second document starts here; one text holds one"),
        ("a: *b", 1, 4, "there is no &b that is complete before this line"),
        ("a: &x [*x]", 1, 8, "there is no &x that is complete before this line"),
        (
            "a: !!python/object:os.system x",
            1,
            4,
            "tags such as tag:yaml.org,2002:python/object:os.system are not read",
        ),
        ("a: !!int 5", 1, 4, "tags such as tag:yaml.org,2002:int are not read; write the value itself"),
        ("!!set {a}", 1, 1, "tags such as tag:yaml.org,2002:set are not read; write the value itself"),
        ("ü: 1\nb: a\x01", 2, 5, "the character U+0001 is not allowed here"),
        ("a: \ufeff", 1, 4, "the character U+FEFF is not allowed here"),
        ('{"a": 1,\n "b": 2,\n "a": 3}', 3, 2, "the key 'a' is given twice"),
        ('{"a": 1, "\\u0061": 2}', 1, 10, "the key 'a' is given twice"),
        ('{"a": NaN}', 1, 7, "a number that JSON does not know, or longer than 310 characters"),
        ('{"a": [1, -Infinity]}', 1, 11, "a number that JSON does not know, or longer than 310 characters"),
        ('{"a": 1e999}', 1, 7, "a number that JSON does not know, or longer than 310 characters"),
        (f'{{"a": {"9" * 5000}}}', 1, 7, "a number that JSON does not know, or longer than 310 characters"),
        ('{"a": 1\n "b": 2}', 2, 5, "did not find expected ',' or '}'"),
        ('{"a": "\\ud83d\\ude00", "b" 1}', 1, 27, "Expecting ':' delimiter"),
        ('{"a": "b', 1, 9, "found unexpected end of stream"),
        ("{a: b: c}", 1, 6, "did not find expected ',' or '}'"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_with_line_and_column(
    text: str, line: int, column: int, reason: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        read_document(text)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.reason.startswith(reason)
    assert str(caught.value).startswith(f"line {line}, column {column}: {reason}")
    assert caught.value.status == 400


def nested(levels: int) -> tuple[str, str]:
    return "[" * levels + "]" * levels, "\n".join("  " * level + "a:" for level in range(levels))


@pytest.mark.parametrize("text", nested(MAX_DEPTH), ids=["json", "yaml"])
def test_a_text_as_deep_as_allowed_is_read(text: str) -> None:
    assert read_document(text) is not None


@pytest.mark.parametrize(
    "text",
    [*nested(MAX_DEPTH + 1), "[" * 100_000 + "]" * 100_000, "[" * 500_000, "{" * 500_000, "- " * 500_000],
    ids=["json", "yaml", "much deeper", "lists", "objects", "items"],
)
def test_a_text_that_is_deeper_is_refused_at_once(text: str) -> None:
    began = time.process_time()

    with pytest.raises(Unreadable):
        read_document(text)

    assert time.process_time() - began < 2


def test_aliases_that_multiply_are_refused_before_they_fill_the_memory() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10)]
    began = time.process_time()

    with pytest.raises(Unreadable, match="more than 200000 values"):
        read_document("\n".join(lines))

    assert time.process_time() - began < 2


def test_what_an_alias_gives_belongs_to_its_place_alone() -> None:
    value = read_document("a: &x {b: [1]}\nc: *x\nd: *x")

    value["c"]["b"].append(2)

    assert value == {"a": {"b": [1]}, "c": {"b": [1, 2]}, "d": {"b": [1]}}


@given(JSON_VALUES)
def test_every_json_value_is_written_as_yaml_and_read_back(value: object) -> None:
    assert_same(read_document(write_yaml(value)), value)


@given(JSON_VALUES)
def test_every_json_object_is_read(value: object) -> None:
    assert_same(read_document(json.dumps({"v": value}, ensure_ascii=False)), {"v": value})


@given(st.text(alphabet=st.sampled_from("ab1:-?*&!{}[],'\"|>% \n\t#~.\\ü")))
def test_any_other_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    with contextlib.suppress(Unreadable):
        json.dumps(read_document(text), allow_nan=False)


def test_yaml_is_written_for_people() -> None:
    text = write_yaml({"b": "two\nlines\n", "a": ["x", "1e3", 5, "ü"], "c": {}})

    assert text == "b: |\n  two\n  lines\na:\n- x\n- '1e3'\n- 5\n- ü\nc: {}\n"


def test_a_value_that_stands_twice_is_written_twice() -> None:
    shared = [1]

    assert write_yaml({"a": shared, "b": shared}) == "a:\n- 1\nb:\n- 1\n"


def assert_same(found: object, value: object) -> None:
    """Equal, and of the same kinds: 1 is not 1.0, and True is not 1."""
    assert json.dumps(found) == json.dumps(value)
