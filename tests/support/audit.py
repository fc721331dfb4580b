"""The audit as tests read it."""

from typing import Any

from flow8.engine.engine import Engine


def entries_of(engine: Engine, company_id: str) -> list[dict[str, Any]]:
    """A company's audit entries, oldest first."""
    return list(engine.store.database["audit"].find({"companyId": company_id}).sort("_id", 1))


def actions_of(engine: Engine, company_id: str) -> list[str]:
    """What was audited, oldest first."""
    return [str(entry["action"]) for entry in entries_of(engine, company_id)]
