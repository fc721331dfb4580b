"""The flows of `examples/` that run as they are, with no credentials and no file, to begin with."""

from dataclasses import dataclass
from typing import Final

from config.kinds import ROOT
from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.services.import_text import parse
from flow8.services.reach import must_within

NAMES: Final = ("hello", "order-triage", "invoice-run", "refund-approval", "text-report")
"""The simplest first."""


@dataclass(frozen=True)
class Example:
    """A flow to begin with; its text can be imported, and may ask for channels too."""

    name: str
    title: str
    description: str | None
    flowlets: int
    makes_channels: bool
    text: str


def list_examples(engine: Engine, actor: Actor) -> list[Example]:
    """The examples that run at once.

    Raises:
        Denied: without the right to view.
    """
    must_within(engine, actor, Right.VIEW, "examples.list")
    return [_example(name) for name in NAMES]


def _example(name: str) -> Example:
    text = (ROOT / "examples" / f"{name}.yml").read_text(encoding="utf-8")
    parsed = parse(text)
    flow = parsed.flow
    count = len(flow["flowlets"])
    return Example(name, str(flow["name"]), flow.get("description"), count, bool(parsed.channels), text)
