"""Old audit entries go from the front of each chain, and a sealed anchor tells where the rest begins."""

import logging
from datetime import datetime
from typing import Final

from flow8.domain.chain import START, ChainKey, Head, is_sealed, is_sealed_head
from flow8.engine.engine import Engine
from flow8.services.audit_key import chain_key

MOST: Final = 10_000
"""So many entries of a company go at once; what is left goes with the next clean-up."""

log = logging.getLogger("retention")


def remove_old_entries(engine: Engine, company_id: str, moment: datetime, keep: int) -> int:
    """Remove a company's entries older than a moment, but the newest `keep`; how many there were."""
    store, key = engine.store.audit, chain_key(engine)
    anchor, head = store.anchor(company_id), store.head(company_id)
    if head is None or not _all_sealed(key, company_id, anchor, head):
        log.error("no audit entry of company=%s is removed: GET audit/verify tells why", company_id or "none")
        return 0
    begin = anchor or START
    removed = store.remove_left_over(company_id, begin.seq) if begin.seq else 0
    until = min(store.last_before(company_id, moment), head.seq - keep, begin.seq + MOST)
    if until <= begin.seq:
        return removed
    return removed + store.remove_until(company_id, key, _next_anchor(engine, company_id, begin, until))


def _all_sealed(key: ChainKey, company_id: str, anchor: Head | None, head: Head) -> bool:
    """Whether head and anchor are ours: a new anchor must not hide that somebody changed the last one."""
    begins = anchor is None or is_sealed_head(key, company_id, "anchor", anchor)
    return begins and is_sealed_head(key, company_id, "head", head)


def _next_anchor(engine: Engine, company_id: str, begin: Head, until: int) -> Head:
    """The anchor at this position. What was changed before does not go unseen: the anchor counts it."""
    key, sealed, mac, at = chain_key(engine), 0, "", None
    for entry in engine.store.audit.span(company_id, begin.seq, until + 1):
        if not is_sealed(key, company_id, entry):
            continue
        if entry["seq"] > until:
            mac = entry["prev"]  # also right when the entry before was changed or is gone
        else:
            sealed, mac, at = sealed + 1, entry["mac"], entry["at"]
    spoiled = until - begin.seq - sealed
    if spoiled:
        log.error("%d removed audit entries of company=%s were tampered with", spoiled, company_id)
    return Head(until, mac, at, begin.spoiled + spoiled)
