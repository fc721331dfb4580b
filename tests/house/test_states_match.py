"""The states page draws the same changes as the code allows, and tells of every state."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from flow8.domain.play import LAYER_CHANGES, PLAY_CHANGES, LayerState, PlayState

PAGE = Path(__file__).parents[2] / "docs" / "explain" / "states.md"
TABLES = {"A play": PLAY_CHANGES, "A layer": LAYER_CHANGES}
STATES = {"A play": PlayState, "A layer": LayerState}


def section(title: str) -> str:
    """The text below a heading, up to the next one."""
    _, _, rest = PAGE.read_text().partition(f"\n## {title}\n")
    return rest.partition("\n## ")[0]


@pytest.mark.parametrize(("title", "changes"), TABLES.items(), ids=TABLES)
def test_the_diagram_draws_exactly_the_allowed_changes(
    title: str, changes: Mapping[str, frozenset[str]]
) -> None:
    drawn = re.findall(r"^    (\S+) --> (\S+)$", section(title), re.MULTILINE)

    allowed = {(str(old), str(new)) for old, news in changes.items() for new in news}
    ends = {(str(state), "[*]") for state, news in changes.items() if not news}
    assert sorted(drawn) == sorted(allowed | ends | {("[*]", "NEW")})


@pytest.mark.parametrize(("title", "states"), STATES.items(), ids=STATES)
def test_the_table_tells_of_every_state_in_the_order_of_the_code(title: str, states: Iterable[str]) -> None:
    told = re.findall(r"^\| `(\w+)` \| .{10,} \|$", section(title), re.MULTILINE)

    assert told == [str(state) for state in states]
