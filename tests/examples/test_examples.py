"""The examples do what they say."""

import csv
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Invalid
from flow8.services.flows import import_text
from flow8.services.iterations import list_iterations
from flow8.services.plays import get_layer, get_play, list_plays, outcome, run

EXAMPLES = Path(__file__).parents[2] / "examples"
BIG = {
    "id": "A-1",
    "customer": "Ada",
    "items": [{"name": "Desk", "price": 39.5, "qty": 2}, {"price": 4.75, "qty": 10}],
}
SMALL = {"id": "A-2", "items": [{"price": 0.1, "qty": 3}]}


@pytest.fixture
def admin(engine: Engine) -> Actor:
    """Somebody who imports and runs the examples."""
    company = engine.store.companies.ensure("default", "Default")
    return Actor(company.id, "ada", RIGHTS[Role.ADMIN], "test")


@pytest.fixture
def storage(engine: Engine) -> Path:
    """The company's storage with the orders in it."""
    folder = engine.settings.data_dir / "data" / "flows" / "default"
    folder.mkdir(parents=True)
    (folder / "orders.csv").write_bytes((EXAMPLES / "orders.csv").read_bytes())
    return folder


def play(engine: Engine, admin: Actor, name: str, args: Any) -> tuple[dict[str, Any], Any]:
    """The states of the layers and the output of an example."""
    import_text(engine, admin, (EXAMPLES / f"{name}.yml").read_bytes(), publish=True)
    play_id = run(engine, admin, name, args).play_id
    perform(engine, play_id)
    shown = get_play(engine, admin, play_id)
    assert shown["state"] == "DONE", shown["error"]
    states = {layer["ref"]: layer["state"] for layer in shown["layers"]}
    return states, outcome(engine, admin, play_id).output


def test_a_big_order_goes_to_sales(engine: Engine, admin: Actor) -> None:
    states, output = play(engine, admin, "order-triage", BIG)

    assert output == {
        "id": "A-1",
        "label": "big",
        "total": 126.5,
        "next": "Sales looks at order A-1 of Ada first.",
    }
    assert (states["review"], states["ship"]) == ("DONE", "FILTERED")


def test_a_small_order_goes_to_the_warehouse(engine: Engine, admin: Actor) -> None:
    states, output = play(engine, admin, "order-triage", SMALL)

    assert output == {
        "id": "A-2",
        "label": "small",
        "total": 0.3,
        "next": "Order A-2 goes straight to the warehouse.",
    }
    assert (states["review"], states["ship"]) == ("FILTERED", "DONE")


def test_an_order_without_items_is_refused(engine: Engine, admin: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        play(engine, admin, "order-triage", {"id": 7, "items": []})

    assert [problem.path for problem in refused.value.problems] == ["args.id", "args.items"]


def test_the_import_makes_a_channel_with_a_token_and_a_tool(engine: Engine, admin: Actor) -> None:
    imported = import_text(engine, admin, (EXAMPLES / "order-triage.yml").read_bytes(), publish=True)

    orders, agents = imported.channels
    assert (orders.channel.kind, orders.channel.auth_mode, orders.channel.port) == (
        "http",
        "header_token",
        7701,
    )
    assert [(route.http_method, route.path) for route in orders.channel.routes] == [("POST", "/orders")]
    assert (agents.channel.kind, [route.tool_name for route in agents.channel.routes]) == (
        "mcp",
        ["order_triage"],
    )
    assert orders.token is not None


def totals() -> dict[str, tuple[str, Decimal]]:
    """Customer and total of each order, added up by other means than the example's."""
    orders: dict[str, tuple[str, Decimal]] = {}
    for row in csv.DictReader((EXAMPLES / "orders.csv").read_text(encoding="utf-8").splitlines()):
        _, before = orders.get(row["order"], ("", Decimal()))
        orders[row["order"]] = (row["customer"], before + Decimal(row["price"]) * Decimal(row["quantity"]))
    return orders


def test_there_are_three_hundred_orders_of_both_kinds() -> None:
    big = [total for _, total in totals().values() if total >= 500]

    assert len(totals()) == 300
    assert 30 < len(big) < 150


@pytest.mark.usefixtures("storage")
def test_the_report_counts_and_adds_up_right(engine: Engine, admin: Actor) -> None:
    _, output = play(engine, admin, "orders-report", {})

    orders = totals()
    big = [total for _, total in orders.values() if total >= 500]
    small = [total for _, total in orders.values() if total < 500]
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for customer, total in orders.values():
        spent[customer] += total
    best = sorted(spent.items(), key=lambda each: each[1], reverse=True)[:5]
    assert output["orders"] == 300
    assert output["total"] == float(sum(big) + sum(small))
    assert output["big"] == {"count": len(big), "total": float(sum(big))}
    assert output["small"] == {"count": len(small), "total": float(sum(small))}
    assert [(each["customer"], each["total"]) for each in output["topCustomers"]] == [
        (customer, float(total)) for customer, total in best
    ]
    assert output["report"] == "reports/orders-report.json"


def test_the_report_is_written_to_storage(engine: Engine, admin: Actor, storage: Path) -> None:
    _, output = play(engine, admin, "orders-report", {"threshold": 1000, "report": "may/report.json"})

    report = json.loads((storage / "may" / "report.json").read_text(encoding="utf-8"))
    assert report["figures"]["big"] == output["big"]
    assert report["figures"]["threshold"] == 1000
    assert len(report["bigOrders"]) == output["big"]["count"]
    assert all(order["total"] >= 1000 for order in report["bigOrders"])


def test_another_file_is_reported_on_request(engine: Engine, admin: Actor, storage: Path) -> None:
    (storage / "may.csv").write_text(
        "order,date,customer,price,quantity\n1,2026-05-01,Ada,500,1\n2,2026-05-02,Bo,1.10,3\n"
    )

    _, output = play(engine, admin, "orders-report", {"path": "may.csv"})

    assert (output["big"], output["small"]) == ({"count": 1, "total": 500}, {"count": 1, "total": 3.3})


BATCH = [
    {
        "id": "A-1",
        "lines": [{"name": "Desk", "price": 39.5, "qty": 2}, {"name": "Lamp", "price": 5, "qty": 1}],
    },
    {"id": "A-2", "lines": []},
    {"id": "A-3", "lines": [{"name": "Pen", "price": 0.1, "qty": 3}]},
]


def test_a_batch_of_orders_becomes_invoices_and_a_bad_one_stops_no_other(
    engine: Engine, admin: Actor
) -> None:
    states, output = play(engine, admin, "invoice-run", {"orders": BATCH})

    assert output == {
        "invoices": [
            {
                "order": "A-1",
                "lines": [
                    {"place": 1, "name": "Desk", "gross": 94.8},
                    {"place": 2, "name": "Lamp", "gross": 6.0},
                ],
                "total": 100.8,
            },
            {"order": "A-3", "lines": [{"place": 1, "name": "Pen", "gross": 0.36}], "total": 0.36},
        ],
        "total": 101.16,
        "failed": 1,
    }
    assert (states["each"], states["line"]) == ("DONE", None)


def test_why_an_order_was_not_invoiced_can_be_looked_up(engine: Engine, admin: Actor) -> None:
    play(engine, admin, "invoice-run", {"orders": BATCH, "taxPercent": 0})
    (row,) = list_plays(engine, admin).rows

    (failed,) = list_iterations(engine, admin, row["id"], "each", states=["FAIL"]).rows
    line = get_layer(engine, admin, row["id"], "line#0#1")

    assert (failed["index"], failed["error"]["message"]) == (1, "Order A-2 has no lines.")
    assert line["output"] == {"place": 2, "name": "Lamp", "gross": 5}
