"""Tells people by mail and by web addresses of plays that wait for them or failed, once a minute at most.

A notice lies in MongoDB before its play goes on, and until it was told. Of many plays of one flow that fail
in one minute, the first is told at once and the others together.
"""

import json
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from flow8.domain.notices import Notice, NoticeKind, next_try
from flow8.domain.play import Awaited, LayerState, PlayState, is_finished, ref_of
from flow8.engine.engine import Engine
from flow8.errors import Flow8Error
from flow8.ids import new_id
from flow8.kit.errors import Failed
from flow8.kit.kinds import Letter
from flow8.services.notice_people import addressees_of
from flow8.services.notice_text import Told, json_of, subject_of, text_of
from flow8.store.database import faults_in_words
from flow8.store.notices import Subject

EVERY_SECONDS: Final = 5.0
ONE_IN_SECONDS: Final = 60.0
CLAIM_SECONDS: Final = 300.0
LONGEST_SECONDS: Final = 60.0
"""One round stops after this long; what is left is told in the next one."""
SUBJECTS_AT_ONCE: Final = 100
LOOKED_AT: Final = 100
"""So many notices of one subject are held against their plays; more are counted."""
SEND_SECONDS: Final = 20.0
PATIENCE: Final = timedelta(hours=1)
"""So long a notice waits for what it tells to be true: its play may be performed again after a crash."""
LOOK_AGAIN: Final = timedelta(seconds=30)

log = logging.getLogger("notices")


class Standing(Enum):
    """How what a notice tells stands now."""

    TRUE = "true"
    NOT_YET = "not yet"
    OVER = "over"


def tell_due(engine: Engine) -> int:
    """Tell what is due; about how many things somebody was told.

    Raises:
        Unavailable: MongoDB does not answer; what was not told is told later.
    """
    notices, until, told = engine.store.notices, time.monotonic() + LONGEST_SECONDS, 0
    with faults_in_words():
        for subject in notices.due(engine.store.clock.now(), SUBJECTS_AT_ONCE):
            if time.monotonic() > until:
                break
            now = engine.store.clock.now()
            if notices.may_tell(subject.company_id, subject.about, now, ONE_IN_SECONDS):
                told += _tell(engine, subject, now)
    return told


def _tell(engine: Engine, subject: Subject, now: datetime) -> bool:
    notices, claim, company_id = engine.store.notices, new_id(), subject.company_id
    count = notices.claim(company_id, subject.about, claim, now, CLAIM_SECONDS)
    looked_at = notices.claimed(company_id, claim, LOOKED_AT)
    true = _true_ones(engine, looked_at, claim, now)
    if not true:
        return False
    flow, people = addressees_of(engine, true[-1][0])
    if flow is None or not (people.mail or people.web):
        notices.settle(company_id, claim, now, problem="there is nobody to tell")
        return False
    told = Told(flow, true, count - len(looked_at))
    ways = {
        **({"mail": lambda: _mail(engine, told, people.mail)} if people.mail else {}),
        **{url: _posting(engine, told, url) for url in people.web},
    }
    problems = _try_ways(engine, told, claim, ways)
    _settle(engine, told, claim, problems)
    return not problems


def _true_ones(
    engine: Engine, notices: Sequence[Notice], claim: str, now: datetime
) -> list[tuple[Notice, dict[str, Any]]]:
    """The notices that hold, each with its play; those that do not yet are put off, the others are over."""
    found: dict[Standing, list[tuple[Notice, dict[str, Any]]]] = {each: [] for each in Standing}
    for notice in notices:
        play = engine.store.play_views.find(notice.company_id, notice.play_id)
        found[_standing(notice, play, now)].append((notice, play or {}))
    ids = {standing: [notice.id for notice, _ in some] for standing, some in found.items()}
    if notices:
        company_id = notices[0].company_id
        engine.store.notices.put_off(company_id, ids[Standing.NOT_YET], now + LOOK_AGAIN)
        engine.store.notices.settle(company_id, claim, now, only=ids[Standing.OVER])
    return found[Standing.TRUE]


def _standing(notice: Notice, play: dict[str, Any] | None, now: datetime) -> Standing:
    not_yet = Standing.NOT_YET if now - notice.created_at < PATIENCE else Standing.OVER
    if play is None:
        return not_yet
    if notice.kind is NoticeKind.FAILURE and play["state"] == PlayState.FAIL:
        return Standing.TRUE
    if is_finished(PlayState(play["state"])):
        return Standing.OVER
    if notice.kind is NoticeKind.APPROVAL and _waits(play, notice.ref):
        return Standing.TRUE
    return not_yet


def _waits(play: dict[str, Any], ref: str | None) -> bool:
    return any(
        ref_of(name) == ref
        and layer["state"] == LayerState.WAIT
        and layer.get("waiting", {}).get("what") == Awaited.APPROVAL
        and "decision" not in layer
        for name, layer in play.get("layers", {}).items()
    )


def _try_ways(engine: Engine, told: Told, claim: str, ways: dict[str, Callable[[], None]]) -> list[str]:
    """Tell on each way on which not all of it was told before; what went wrong."""
    done = frozenset.intersection(*(notice.told for notice, _ in told.plays))
    problems = []
    for way, tell in ways.items():
        if way in done:
            continue
        try:
            tell()
        except (Failed, Flow8Error) as error:
            problems.append(error.message)
        else:
            engine.store.notices.note_told(told.first.company_id, claim, way)
    return problems


def _settle(engine: Engine, told: Told, claim: str, problems: list[str]) -> None:
    notices, company_id, now = engine.store.notices, told.first.company_id, engine.store.clock.now()
    if not problems:
        notices.settle(company_id, claim, now)
        return
    seconds = next_try(max(notice.tries for notice, _ in told.plays))
    if seconds is None:
        log.error("notice %s is given up: %s", told.first.id, problems[0])
        notices.settle(company_id, claim, now, problem=problems[0])
        return
    log.warning("notice %s is told again in %d s: %s", told.first.id, seconds, problems[0])
    notices.retry(company_id, claim, now + timedelta(seconds=seconds), problems[0])


def _mail(engine: Engine, told: Told, people: tuple[str, ...]) -> None:
    letter = Letter(
        key=_key(told),
        to=people,
        subject=subject_of(told),
        text=text_of(told, engine.settings.public_url),
    )
    mail = engine.components.get(told.first.company_id, "mail").value
    posted = mail.send(letter, seconds=SEND_SECONDS)
    if posted.refused:
        refused = "; ".join(posted.refused.values())
        log.warning("notice %s does not reach %d: %s", told.first.id, len(posted.refused), refused)


def _posting(engine: Engine, told: Told, url: str) -> Callable[[], None]:
    def post() -> None:
        request = engine.components.get(told.first.company_id, "request").value
        answer = request.send(
            "POST",
            url,
            headers={"Content-Type": "application/json", "Idempotency-Key": _key(told)},
            body=json.dumps(json_of(told, engine.settings.public_url)).encode(),
            seconds=SEND_SECONDS,
            follow_redirects=False,
            max_bytes=64 * 1024,
        )
        if answer.status >= 300:  # noqa: PLR2004 - everything from here on is no success
            raise Failed(f"A web address that is to be told answered {answer.status}", code="NOT_TOLD")

    return post


def _key(told: Told) -> str:
    """The same whenever the same is told again."""
    return f"notice/{told.first.id}/{told.count}"
