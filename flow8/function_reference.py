"""The page about every function of the expression language, written from their one table."""

import json
from itertools import groupby
from pathlib import Path
from typing import Final

from flow8.domain.expression import FunctionHelp, functions

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "functions.md"
HEAD: Final = """# Functions of expressions

Every function that an expression may pipe a value into: `{{ $args.name | upper }}`. The value in front is
the first argument, so `upper(text)` is written `| upper`, and `round(number, digits?)` is `| round(2)`;
`?` marks what may be left out. Each example is true: the tests work it out. The page is written from the
table of functions; `make docs` writes it anew. [Expressions](../guide/expressions.md) tells how to use them.
"""
TABLE: Final = ("| function | what it gives | example | result |", "|---|---|---|---|")


def functions_page() -> str:
    """The whole page as Markdown, group by group."""
    pieces = [HEAD]
    for group, members in groupby(functions(), key=lambda each: each.group):
        pieces += [f"## {group.capitalize()}", "", *TABLE, *map(_row, members), ""]
    return "\n".join(pieces)


def pages() -> dict[Path, str]:
    """The text of each file made from the table; `python -m flow8.function_reference` writes them."""
    return {PAGE: functions_page()}


def _row(each: FunctionHelp) -> str:
    result = json.dumps(each.result, ensure_ascii=False)
    cells = [_code(each.signature), each.help.replace("|", r"\|"), _code(each.example), _code(result)]
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    """Code in a cell of a table, whatever it holds."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text.replace('|', chr(92) + '|')}{fence}"


if __name__ == "__main__":
    for file, text in pages().items():
        file.write_text(text, encoding="utf-8")
