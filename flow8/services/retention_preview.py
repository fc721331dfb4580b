"""What a clean-up would remove by some policies, told without changing anything."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from flow8.domain.access import Actor, Right
from flow8.domain.retention import Policies, Policy
from flow8.engine.engine import Engine
from flow8.services.asking import must
from flow8.services.retention_policies import PolicyWish, policies_of, read_policies
from flow8.services.retention_rules import Rulebook, Share, shares_of
from flow8.store.audit import Old

SECONDS: Final = 15.0
"""After this no further flow is looked at, and the answer says so."""
MOST_COUNTED: Final = 100_000
SAMPLE: Final = 500
"""So many plays of a flow are weighed; what the others weigh is reckoned from them."""


@dataclass(frozen=True)
class Freed:
    """How many plays of a flow would go, and what they weigh; `exact` unless reckoned from some of them."""

    share: Share
    plays: int = 0
    files: int = 0
    play_bytes: int = 0
    file_bytes: int = 0
    exact: bool = True
    oldest: datetime | None = None


@dataclass
class Preview:
    """What would go at a moment; `complete` unless there were too many flows to look at all of them."""

    moment: datetime
    audit_policy: Policy
    audit: Old
    flows: list[Freed] = field(default_factory=list)
    complete: bool = True


def preview(engine: Engine, actor: Actor, wishes: Sequence[PolicyWish] | None = None) -> Preview:
    """What would go now by these policies in place of the company's own, or by its own; nothing changes.

    Raises:
        Denied: without the right to administer.
        Invalid: every field that is not right.
    """
    must(engine, actor, Right.ADMINISTER, "retention.preview")
    company_id = actor.company_id
    if wishes is None:
        said: Sequence[Policy] = engine.store.retention.get(company_id).policies
    else:
        said = read_policies(engine, actor, wishes)
    policies = policies_of(engine.settings, said)
    book = Rulebook(engine.settings, engine.store.clock.now(), {company_id: policies})
    found = Preview(book.now, policies.audit, _audit(engine, company_id, book.now, policies))
    until = time.monotonic() + SECONDS
    for share in _shares(engine, book, company_id):
        if time.monotonic() > until:
            found.complete = False
            break
        found.flows.append(_freed(engine, share))
    found.flows.sort(key=lambda each: -(each.play_bytes + each.file_bytes))
    return found


def _audit(engine: Engine, company_id: str, now: datetime, policies: Policies) -> Old:
    policy = policies.audit
    return engine.store.audit.old(company_id, now - policy.age, policy.min_entries)


def _shares(engine: Engine, book: Rulebook, company_id: str) -> Iterator[Share]:
    return shares_of(engine, book, company_id, engine.store.aged_plays.flows_of(company_id))


def _freed(engine: Engine, share: Share) -> Freed:
    store = engine.store.aged_plays
    count, exact = store.count(share.company_id, share.aged, MOST_COUNTED)
    if not count:
        return Freed(share)
    ids = [play_id for play_id, _ in islice(store.due(share.company_id, share.aged), SAMPLE)]
    size, files, file_bytes = store.sizes(share.company_id, ids)
    times = count / max(1, len(ids))
    return Freed(
        share,
        plays=count,
        files=round(files * times),
        play_bytes=round(size * times),
        file_bytes=round(file_bytes * times),
        exact=exact and count <= SAMPLE,
        oldest=store.oldest_end(share.company_id, share.aged),
    )
