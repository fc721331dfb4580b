"""The flow that is played during a storm: five flowlets of every effect, four of them seen from outside."""

from pathlib import Path
from typing import Any

FLOW = "chaos"
BEFORE = {"look": (), "book": ("look",), "total": ("look",), "send": ("book", "total"), "close": ("send",)}
"""The flowlets that each one waits for."""
EFFECTS = {"look": "read", "book": "write", "send": "irreversible", "close": "write"}
"""What the flowlets that leave lines say they do."""
LAST = "close"

AFTER = {ref: tuple(each for each in EFFECTS if ref in BEFORE[each]) for ref in EFFECTS}
"""The visible flowlets right after each one. All write: what came before is stored before they start."""


def flow(log: Path) -> dict[str, Any]:
    """The flow. `send` may end with an unknown outcome, which the play survives."""
    deeds = {ref: _deed(ref, effect, log) for ref, effect in EFFECTS.items()}
    deeds["send"]["onError"] = "continue"
    total = {"appId": "var", "args": {"values": {"n": "{{ $args.n }}"}}}
    made = {**deeds, "total": total}
    flowlets = [{"ref": ref, **made[ref], "after": list(before)} for ref, before in BEFORE.items()]
    schema = {"type": "object", "required": ["n", "milliseconds"]}
    return {
        "flow": FLOW,
        "name": "Chaos",
        "input": schema,
        "output": "{{ $prev.close }}",
        "flowlets": flowlets,
    }


def _deed(ref: str, effect: str, log: Path) -> dict[str, Any]:
    args = {
        "log": str(log),
        "n": "{{ $prev.total.n }}" if ref in ("send", LAST) else "{{ $args.n }}",
        "effect": effect,
        "milliseconds": "{{ $args.milliseconds }}",
    }
    return {"appId": "deed", "args": args}
