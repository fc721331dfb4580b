"""CSV parse.

Turns CSV text into rows. With a header each row is an object with the header's names, without one a list.
Empty lines are left out. A row with too few or too many fields, an open quote or a doubled column name ends
the step with the number of the row, counted from 1 with the header.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from pydantic import field_validator

from flow8.kit import Context, Example, Failed, Fields, field, module, paced

DELIMITERS = ",;\t|"
MAX_CHARACTERS = 10 * 1024 * 1024
MAX_ROWS = 100_000
MAX_DIGITS = 15
"""Numbers of up to 15 digits survive every reader of JSON."""

_NUMBER = re.compile(r"0|-?[1-9][0-9]*|-?(?:0|[1-9][0-9]*)\.[0-9]+", re.ASCII)

Record = tuple[int, list[str]]


class Args(Fields):
    """The text and how to read it."""

    text: str = field("The CSV text.", max_length=MAX_CHARACTERS)
    delimiter: str = field(
        "The character between fields; `auto` takes the one of `,` `;` tab `|` that the first row uses most.",
        "auto",
    )
    header: bool = field("True when the first row names the columns.", True)
    numbers: bool = field(
        "Turn plain decimal numbers of up to 15 digits without leading zeros into numbers.", True
    )
    max_rows: int = field("More rows than this fail the step.", MAX_ROWS, ge=1, le=MAX_ROWS)

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str) -> str:
        if value != "auto" and (len(value) != 1 or value in '"\r\n'):
            raise ValueError("is `auto` or one character, but no quote or line break")
        return value


class Out(Fields):
    """What the text holds."""

    rows: list[Any] = field("The rows: objects with a header, lists without.")
    count: int = field("How many rows there are.")
    columns: list[str] = field("The names of the columns in their order; empty without a header.")


@module(
    Example(
        "Orders",
        {"text": 'id,customer,price\nA-1,"Smith, Ltd",12.50\nA-2,Ada,7\n'},
        {
            "rows": [
                {"id": "A-1", "customer": "Smith, Ltd", "price": 12.5},
                {"id": "A-2", "customer": "Ada", "price": 7},
            ],
            "count": 2,
            "columns": ["id", "customer", "price"],
        },
    ),
    Example(
        "Without a header; postal codes stay text",
        {"text": "Bern;03001\nGenf;01200", "header": False},
        {"rows": [["Bern", "03001"], ["Genf", "01200"]], "count": 2, "columns": []},
    ),
)
def csv_parse(args: Args, ctx: Context) -> Out:
    """Every row of the text, or the number of the first that is broken."""
    records = paced(_records(args), ctx)
    columns = _columns(next(records, (1, []))) if args.header else []
    rows: list[Any] = []
    width = len(columns)
    for number, cells in records:
        width = width or len(cells)
        if len(cells) != width:
            raise _bad(number, f"has {len(cells)} fields where the first row has {width}")
        if len(rows) == args.max_rows:
            raise Failed(f"The text has more than {args.max_rows} rows", final=True, code="TOO_LARGE")
        values = [_value(cell) for cell in cells] if args.numbers else cells
        rows.append(dict(zip(columns, values, strict=True)) if columns else values)
    return Out(rows=rows, count=len(rows), columns=columns)


def _records(args: Args) -> Iterator[Record]:
    text = args.text.removeprefix("\ufeff")
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_delimiter(args.delimiter, text), strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if cells:
                yield number, cells
    except csv.Error as error:
        raise _bad(number + 1, f"is broken: {error}") from error


def _delimiter(asked: str, text: str) -> str:
    if asked != "auto":
        return asked
    plain = re.sub(r'"[^"]*"', "", text.lstrip("\r\n")[:10_000])
    first = plain.partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def _columns(record: Record) -> list[str]:
    number, cells = record
    names = [cell.strip() for cell in cells]
    for name in names:
        if not name:
            raise _bad(number, "names a column with nothing")
        if names.count(name) > 1:
            raise _bad(number, f"names two columns {name!r}")
    return names


def _value(cell: str) -> str | int | float:
    if len(cell) > MAX_DIGITS + 2 or not _NUMBER.fullmatch(cell):
        return cell
    if sum(map(str.isdigit, cell)) > MAX_DIGITS:
        return cell
    return float(cell) if "." in cell else int(cell)


def _bad(number: int, what: str) -> Failed:
    return Failed(f"Row {number} {what}", final=True, code="BAD_CSV")
