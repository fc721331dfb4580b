"""The audit as CSV and JSON: whole, safe for spreadsheets, and never all in memory."""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.services.asking import audit
from flow8.services.audit import Wanted, export
from flow8.services.audit_text import COLUMNS, as_csv, as_json
from tests.support.audit import write_entries


def an_entry(**changes: Any) -> dict[str, Any]:
    return {**dict.fromkeys(COLUMNS), "seq": 1, "before": {}, "after": {}, "details": {}, **changes}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_both_formats_hold_every_entry(engine: Engine, admin: Actor) -> None:
    write_entries(engine, admin, 450)
    audit(engine, admin, "x", "žluť; 日本", after={"text": 'a "quoted", text\nof lines'})

    table = rows("".join(as_csv(export(engine, admin, Wanted()))))
    listed = json.loads("".join(as_json(export(engine, admin, Wanted()))))

    assert [int(row["seq"]) for row in table] == list(range(1, 452))
    assert [entry["seq"] for entry in listed] == list(range(1, 452))
    assert json.loads(table[-1]["after"]) == listed[-1]["after"]
    assert table[-1]["subject"] == "žluť; 日本"


def test_nothing_is_a_table_with_names_and_an_empty_list() -> None:
    assert rows("".join(as_csv([]))) == []
    assert json.loads("".join(as_json([]))) == []


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "=cmd|' /C calc'!A0", "\uff1d1+1", "|x"],
)
def test_no_cell_is_a_formula(text: str) -> None:
    for name in ("actor", "subject", "ip", "action"):
        [row] = rows("".join(as_csv([an_entry(**{name: text})])))

        assert row[name].startswith("'")
        assert row[name][1:] == text


def test_memory_stays_flat_however_long_it_is() -> None:
    def many() -> Iterator[dict[str, Any]]:
        for number in range(10_000):
            yield an_entry(seq=number, after={"text": "x" * 1000})

    for write in (as_csv, as_json):
        tracemalloc.start()
        sent = sum(len(piece) for piece in write(many()))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert sent > 10_000_000
        assert peak < 3_000_000
