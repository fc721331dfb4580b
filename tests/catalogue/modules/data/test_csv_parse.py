"""CSV parse."""

from pathlib import Path
from typing import Any

import pytest

from catalogue.modules.data.csv_parse import MAX_ROWS, csv_parse
from flow8.kit import Failed, to_json
from flow8.kit.binding import args_problems, bind
from flow8.kit.testing import FakeContext

ORDERS = Path(__file__).parents[4] / "examples" / "orders.csv"


def parse(text: str, **more: Any) -> dict[str, Any]:
    return to_json(csv_parse.run(bind(csv_parse, {"text": text, **more}), FakeContext()))


def rows(text: str, **more: Any) -> Any:
    return parse(text, **more)["rows"]


def failure(text: str, **more: Any) -> Failed:
    with pytest.raises(Failed) as failed:
        parse(text, **more)
    assert failed.value.final
    return failed.value


def test_rows_are_objects_with_the_names_of_the_header() -> None:
    assert parse("id,name\n1,Ada\n2,Bob\n3,Cy\n") == {
        "rows": [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bob"}, {"id": 3, "name": "Cy"}],
        "count": 3,
        "columns": ["id", "name"],
    }


def test_one_row_is_a_list_of_one() -> None:
    assert parse("id\n1") == {"rows": [{"id": 1}], "count": 1, "columns": ["id"]}


def test_without_a_header_rows_are_lists() -> None:
    assert parse("a,1\nb,2", header=False) == {"rows": [["a", 1], ["b", 2]], "count": 2, "columns": []}


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_no_text_has_no_rows(text: str) -> None:
    assert parse(text) == {"rows": [], "count": 0, "columns": []}


def test_a_header_alone_has_columns_and_no_rows() -> None:
    assert parse("a,b\n") == {"rows": [], "count": 0, "columns": ["a", "b"]}


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r1,2\r", "\ufeffa,b\n1,2", "\na,b\n\n1,2\n\n"]
)
def test_line_ends_marks_and_empty_lines_make_no_difference(text: str) -> None:
    assert rows(text) == [{"a": 1, "b": 2}]


def test_quotes_hold_commas_quotes_and_lines() -> None:
    assert rows('a,b\n"x, ""y""\nz",2') == [{"a": 'x, "y"\nz', "b": 2}]


def test_a_quote_inside_a_plain_field_is_just_a_quote() -> None:
    assert rows('a,b\n5" pipe,x') == [{"a": '5" pipe', "b": "x"}]


def test_names_of_columns_lose_the_spaces_around_them_and_cells_keep_theirs() -> None:
    assert rows(" a , b\n x ,y") == [{"a": " x ", "b": "y"}]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [("a;b\n1,5;2", ";"), ("a\tb\n1,5\t2", "\t"), ("a|b\n1,5|2", "|"), ('"a;;;;",b\n"1,5",2', ",")],
)
def test_the_delimiter_is_what_the_first_row_uses_most(text: str, delimiter: str) -> None:
    assert [list(row.values()) for row in rows(text)] == [["1,5", 2]]
    assert rows(text) == rows(text, delimiter=delimiter)


def test_a_delimiter_may_be_any_character() -> None:
    assert rows("a:b\n1:2", delimiter=":") == [{"a": 1, "b": 2}]


@pytest.mark.parametrize("delimiter", ["", "ab", '"', "\n", "\r"])
def test_a_delimiter_that_cannot_be_one_is_refused(delimiter: str) -> None:
    found = args_problems(csv_parse, {"text": "", "delimiter": delimiter}, "args")

    assert [str(each) for each in found] == [
        "args.delimiter: is `auto` or one character, but no quote or line break"
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0),
        ("7", 7),
        ("-7", -7),
        ("12.50", 12.5),
        ("0.5", 0.5),
        ("-0.5", -0.5),
        ("123456789012345", 123456789012345),
        ("1234567890.12345", 1234567890.12345),
    ],
)
def test_plain_decimal_numbers_become_numbers(cell: str, value: float) -> None:
    assert rows(f"a;b\n{cell};x")[0]["a"] == value
    assert type(rows(f"a;b\n{cell};x")[0]["a"]) is type(value)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "007",
        "00",
        "-0",
        "-",
        "+1",
        "1e5",
        "1.",
        ".5",
        "1,5",
        " 1",
        "1 ",
        "1_000",
        "0x1",
        "NaN",
        "inf",
        "\u0661",
        "1" * 16,
        "0." + "1" * 15,
        "01.5",
    ],
)
def test_every_other_cell_stays_text(cell: str) -> None:
    assert rows(f"a;b\n{cell};x") == [{"a": cell, "b": "x"}]


def test_numbers_stay_text_when_asked() -> None:
    assert rows("a\n7", numbers=False) == [{"a": "7"}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n3\n", "Row 3 has 1 fields where the first row has 2"),
        ("a,b\n\n\n1,2,3\n", "Row 4 has 3 fields where the first row has 2"),
        ('a,b\n1,2\n"open,3\n4,5\n', "Row 3 is broken: unexpected end of data"),
        ('a,b\n"x"y,2\n', "Row 2 is broken: ',' expected after '\"'"),
        ("a,,c\n1,2,3\n", "Row 1 names a column with nothing"),
        ("\na,b,a\n1,2,3\n", "Row 2 names two columns 'a'"),
    ],
)
def test_a_broken_row_is_told_by_its_number(text: str, message: str) -> None:
    broken = failure(text)

    assert (broken.message, broken.code) == (message, "BAD_CSV")


def test_a_ragged_row_is_told_without_a_header_too() -> None:
    assert failure("1,2\n3,4,5", header=False).message == "Row 2 has 3 fields where the first row has 2"


def test_a_field_beyond_all_measure_is_told_by_its_row() -> None:
    assert (
        failure("a\n1\n" + "x" * 200_000).message == "Row 3 is broken: field larger than field limit (131072)"
    )


def test_as_many_rows_as_allowed_pass_and_one_more_does_not() -> None:
    assert parse("a\n1\n2\n", maxRows=2)["count"] == 2

    assert failure("a\n1\n2\n3\n", maxRows=2).message == "The text has more than 2 rows"


def test_the_text_has_a_largest_size() -> None:
    found = args_problems(csv_parse, {"text": "x" * (10 * 1024 * 1024 + 1)}, "args")

    assert [each.path for each in found] == ["args.text"]


def test_a_long_text_ends_when_the_flowlets_time_is_over() -> None:
    args = bind(csv_parse, {"text": "a,b\n" + "1,2\n" * MAX_ROWS})

    with pytest.raises(Failed, match="execution timeout"):
        csv_parse.run(args, FakeContext(seconds=0))


def test_the_example_orders_can_all_be_read() -> None:
    orders = parse(ORDERS.read_text(encoding="utf-8"))

    lines = orders["rows"]
    assert len({line["order"] for line in lines}) == 300
    assert orders["count"] == len(lines) > 300
    assert {type(line["quantity"]) for line in lines} == {int}
    assert all(line["quantity"] >= 1 and line["price"] > 0 for line in lines)
    assert {type(line[name]) for line in lines for name in ("order", "customer", "sku", "date")} == {str}
