"""How MongoDB answers a question about plays."""

from collections.abc import Iterator
from typing import Any

from flow8.store import Store
from flow8.store.play_filter import Which
from tests.support.factories import COMPANY


def plan_of(store: Store, which: Which, *, size: int, company_id: str = COMPANY) -> dict[str, Any]:
    """The plan of one page with what it cost."""
    question = store.database["plays"].find(which.wanted(company_id), hint=which.index)
    found: dict[str, Any] = question.sort("_id", -1).limit(size).explain()
    return found


def stages_of(plan: dict[str, Any]) -> list[str]:
    """The stages of the plan that was chosen."""
    return [stage["stage"] for stage in _stages(plan["executionStats"]["executionStages"])]


def keys_looked_at(plan: dict[str, Any]) -> int:
    """How many keys of indexes were looked at."""
    return int(plan["executionStats"]["totalKeysExamined"])


def documents_looked_at(plan: dict[str, Any]) -> int:
    """How many plays were read."""
    return int(plan["executionStats"]["totalDocsExamined"])


def _stages(stage: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield stage
    inner = [stage["inputStage"]] if "inputStage" in stage else stage.get("inputStages", [])
    for each in inner:
        yield from _stages(each)
