"""Texts that read a root, taken out of a value and put back."""

from flow8.domain.leaves import at, leaves_reading, put

VALUE = {
    "a": "{{ $kv.x }}",
    "b": ["plain", {"c": "Bearer {{ $args.y }} {{ $kv.z }}"}],
    "d": "{{ $args.y }}",
}


def test_only_texts_that_read_the_root_are_leaves() -> None:
    assert [leaf.path for leaf in leaves_reading(VALUE, "kv")] == [("a",), ("b", 1, "c")]


def test_a_text_alone_is_a_leaf_at_no_path() -> None:
    assert [leaf.path for leaf in leaves_reading("{{ $kv.x }}", "kv")] == [()]


def test_what_is_put_in_is_there_and_the_value_before_is_as_it_was() -> None:
    changed = put(VALUE, ("b", 1, "c"), 5)

    assert at(changed, ("b", 1, "c")) == 5
    assert at(VALUE, ("b", 1, "c")) == "Bearer {{ $args.y }} {{ $kv.z }}"
    assert changed["a"] is VALUE["a"]
    assert put(VALUE, (), 7) == 7
