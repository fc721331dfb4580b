"""What the audit gains each minute: number and digest of the plays that were started, and a head in the log.

The start of a play is audited by the play itself, which costs no write. So that nobody can add or remove a
play unseen, the chain takes each minute how many there were, and a digest of what they say of their starts.
"""

import logging
import time
from typing import Any, Final

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.ids import id_at
from flow8.services.asking import audit
from flow8.store.database import faults_in_words

EVERY_SECONDS: Final = 60.0
STARTED: Final = "plays.started"
LAG_SECONDS: Final = 120.0
"""A play may be stored a moment after it got its id, and clocks differ."""

log = logging.getLogger("audit")

_printed: dict[str, str] = {}
"""The last head of each company that this process printed: one that did not change is not news."""


def keep_minute(engine: Engine) -> None:
    """Take the plays of the time since the last minute into every company's chain, and print every new head.

    Raises:
        Unavailable: MongoDB does not answer; the next minute takes what is missing.
    """
    end = id_at(time.time() - LAG_SECONDS)
    with faults_in_words():
        for company_id in sorted({*engine.store.companies.ids(), *engine.store.audit.companies()}):
            try:
                _take_plays(engine, company_id, end)
            except (KeyError, TypeError):
                log.exception("the last entry of company=%s about plays cannot be read", company_id)
            _print_head(engine, company_id)


def _take_plays(engine: Engine, company_id: str, end: str) -> None:
    last = engine.store.audit.last_of(company_id, STARTED)
    first = "" if last is None else last["details"]["to"]
    found = engine.store.started_plays.between(company_id, first, end)
    if found.count:
        actor = Actor(company_id, "flow8", frozenset(), "scheduler")
        span: dict[str, Any] = {"from": first, "to": end}
        audit(engine, actor, STARTED, count=found.count, digest=found.digest, **span)


def _print_head(engine: Engine, company_id: str) -> None:
    head = engine.store.audit.head(company_id)
    if head is not None and head.seq and _printed.get(company_id) != head.mac:
        _printed[company_id] = head.mac
        log.info("company=%s head=%d:%s", company_id or "none", head.seq, head.mac)
