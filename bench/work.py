"""The work that is measured: the orders that are sent, the flows that play them, the answer to expect."""

import json
import random
from typing import Any

BIG = 100


def orders(seed: int, count: int = 50) -> list[dict[str, Any]]:
    """Orders of three items each, the same for the same seed."""
    dice = random.Random(seed)
    return [
        {"id": f"A-{number}", "items": [_item(dice, position) for position in range(3)]}
        for number in range(count)
    ]


def _item(dice: random.Random, position: int) -> dict[str, Any]:
    return {"name": f"item {position}", "price": dice.randint(100, 5000) / 100, "qty": dice.randint(1, 4)}


def answer_to(order: dict[str, Any]) -> dict[str, Any]:
    """What the three flowlets of `three` work out."""
    total = round(sum(item["price"] * item["qty"] for item in order["items"]), 2)
    return {"id": order["id"], "label": "big" if total > BIG else "small", "total": total}


def as_json(value: Any) -> bytes:
    """Compact JSON, as flow8 answers it."""
    return json.dumps(value, separators=(",", ":")).encode()


THREE: dict[str, Any] = {
    "flow": "bench-three",
    "name": "Three pure flowlets",
    "input": {"type": "object", "required": ["id", "items"]},
    "output": "{{ $prev.reply }}",
    "flowlets": [
        {
            "ref": "total",
            "appId": "var",
            "args": {"values": {"total": "{{ $args.items | map(.price * .qty) | sum | round(2) }}"}},
        },
        {
            "ref": "route",
            "appId": "router",
            "args": {
                "routes": [
                    {"label": "big", "condition": f"{{{{ $prev.total.total > {BIG} }}}}"},
                    {"label": "small", "condition": "true"},
                ]
            },
        },
        {
            "ref": "reply",
            "appId": "var",
            "args": {
                "values": {
                    "id": "{{ $args.id }}",
                    "label": "{{ $prev.route.route }}",
                    "total": "{{ $prev.total.total }}",
                }
            },
        },
    ],
}

STORED_FIRST = {
    **THREE,
    "flow": "bench-three-stored-first",
    "flowlets": [{**flowlet, "retry": {"count": 1}} for flowlet in THREE["flowlets"]],
}
"""The same, which is stored before it begins, since a retry might wait."""


def chain(flow: str, app_id: str, steps: int) -> dict[str, Any]:
    """A flow of so many flowlets, each adding one to what the one before it gave."""
    flowlets = [
        {
            "ref": f"s{step}",
            "appId": app_id,
            "args": {"values": {"n": f"{{{{ $prev.s{step - 1}.n + 1 }}}}" if step else "{{ $args.n }}"}},
        }
        for step in range(steps)
    ]
    return {"flow": flow, "name": f"{steps} of {app_id}", "flowlets": flowlets}


def side_by_side(flow: str, branches: int, milliseconds: int) -> dict[str, Any]:
    """A flow of so many flowlets that wait at the same time."""
    flowlets = [
        {"ref": f"w{branch}", "appId": "pause", "after": [], "args": {"milliseconds": milliseconds}}
        for branch in range(branches)
    ]
    last = {"ref": "last", "appId": "var", "after": [each["ref"] for each in flowlets]}
    return {
        "flow": flow,
        "name": f"{branches} that wait",
        "flowlets": [*flowlets, {**last, "args": {"values": {"ok": True}}}],
    }


def loop(flow: str, parallel: int) -> dict[str, Any]:
    """A flow that goes through the numbers up to `$args.count` and performs one pure flowlet for each."""
    return {
        "flow": flow,
        "name": f"A loop, {parallel} at once",
        "input": {"type": "object", "required": ["count"]},
        "output": "{{ $prev.each }}",
        "flowlets": [
            {"ref": "numbers", "appId": "enumeration", "args": {"to": "{{ $args.count }}"}},
            {
                "ref": "each",
                "appId": "iterator",
                "args": {"items": "{{ $prev.numbers.items }}", "parallel": parallel},
            },
            {
                "ref": "double",
                "inside": "each",
                "appId": "var",
                "args": {"values": {"n": "{{ $item * 2 }}", "at": "{{ $index }}"}},
            },
        ],
    }


def slow_call(flow: str, url: str) -> dict[str, Any]:
    """A flow that waits for a slow server."""
    return {
        "flow": flow,
        "name": "A slow server",
        "flowlets": [{"ref": "call", "appId": "curl", "args": {"url": url}}],
    }


FORTY = chain("bench-forty", "var", 40)
CHECKPOINTS = chain("bench-checkpoints", "mark", 40)
WAITS = side_by_side("bench-waits", 10, 100)
LOOP = loop("bench-loop", 1)
LOOP_OF_TEN = loop("bench-loop-of-ten", 10)
