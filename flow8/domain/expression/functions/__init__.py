"""The one table of functions, which parser, completion, docs and tests read."""

from itertools import chain

from flow8.domain.expression.functions import (
    chance,
    dates,
    encoding,
    lists,
    numbers,
    objects,
    query,
    regex,
    texts,
)
from flow8.domain.expression.functions.table import Function, FunctionHelp, Param, table

_TABLES = chain(
    table("text", texts.ROWS),
    table("number", numbers.ROWS),
    table("list", lists.ROWS),
    table("list", lists.COSTLY, budgeted=True),
    table("object", objects.ROWS),
    table("date", dates.ROWS, price=12),
    table("encoding", encoding.ROWS),
    table("encoding", encoding.COSTLY, budgeted=True),
    table("hashing", encoding.HASHES),
    table("regex", regex.ROWS, budgeted=True),
    table("random", chance.ROWS, price=12),
    table("query", query.ROWS, budgeted=True),
)
FUNCTIONS: dict[str, Function] = {function.help.name: function for function in _TABLES}


def functions() -> list[FunctionHelp]:
    """Every function of the language, group by group."""
    return [function.help for function in FUNCTIONS.values()]


__all__ = ["FUNCTIONS", "Function", "FunctionHelp", "Param", "functions"]
