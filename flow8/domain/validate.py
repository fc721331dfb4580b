"""Everything that is wrong with a flow, found at once, each problem with the path of its field."""

import json
import re
import sys
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from flow8.domain.flow import Flow
from flow8.domain.model import problems_of
from flow8.domain.read import dump_flow, shape_flow, unfit_problems
from flow8.domain.repair import repair
from flow8.domain.rules import NOT_YET, CatalogueFacts, Rules
from flow8.errors import Problem

__all__ = ["NOT_YET", "CatalogueFacts", "in_order", "read_and_validate", "validate"]

_PIECE = re.compile(r'([^.\[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


def validate(flow: Flow, facts: CatalogueFacts) -> list[Problem]:
    """Every broken rule of a flow, in the order of its document."""
    return in_order(Rules(flow, facts).problems(), dump_flow(flow))


def read_and_validate(data: Any, facts: CatalogueFacts) -> tuple[Flow | None, list[Problem]]:
    """The flow of these fields, and every problem of shape and rules together, in the order of the document.

    Without a flow the shape is wrong; rules are still checked where they can be known, and what only follows
    from a wrong shape is left out. A flow may come with problems: it can be stored as a draft, not published.
    """
    if problems := unfit_problems(data):
        return None, problems
    try:
        flow = shape_flow(data)
    except ValidationError as error:
        mended, doubts = repair(data, error)
        found = [each for each in Rules(mended, facts, doubts).problems() if not doubts.covers(each.path)]
        return None, in_order([*problems_of(error), *found], data)
    return flow, in_order(Rules(flow, facts).problems(), data)


def in_order(problems: Iterable[Problem], data: Any) -> list[Problem]:
    """Problems in the order in which a document names their fields, each one once."""
    return sorted(dict.fromkeys(problems), key=lambda problem: _position(problem.path, data))


def _position(path: str, data: Any) -> list[int]:
    """Where a path stands: its place among its neighbours, on each level. A missing field comes last."""
    positions: list[int] = []
    for name, index, quoted in _PIECE.findall(path):
        key = int(index) if index else json.loads(quoted) if quoted else name
        if isinstance(data, dict) and key in data:
            positions.append(list(data).index(key))
        else:
            positions.append(key if isinstance(key, int) else sys.maxsize)
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            break
    return positions
