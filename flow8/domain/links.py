"""Links: which kinds of credentials there are, and what each needs."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from flow8.domain.flow import SLUG
from flow8.domain.veil import SHORTEST
from flow8.errors import Problem

MOST_HOSTS: Final = 50
LONGEST_SECRET: Final = 8000
_USER: Final = re.compile(r"[^\x00-\x1f\x7f:]{1,500}")
_SECRET: Final = re.compile(r"[\x20-\x7e]+")
TOO_SHORT: Final = (
    f"must have at least {SHORTEST} characters: a shorter one could not be kept out of outputs and logs"
)


class LinkKind(StrEnum):
    """How a credential is sent: name and password, a token, or a key in a header of its own."""

    BASIC = "basic"
    BEARER = "bearer"
    KEY = "key"


def link_problems(
    service: str, kind: str, user: str | None, header: str | None, hosts: Sequence[str]
) -> list[Problem]:
    """Everything that is wrong with a link beside its secret and its hosts' spelling."""
    problems = []
    if not re.fullmatch(SLUG, service):
        problems.append(Problem("service", "must have small letters, digits and hyphens, such as http"))
    if kind not in set(LinkKind):
        return [*problems, Problem("kind", f"must be one of {', '.join(LinkKind)}")]
    problems += _belonging("user", user, kind, LinkKind.BASIC)
    problems += _belonging("header", header, kind, LinkKind.KEY)
    if user is not None and not _USER.fullmatch(user):
        problems.append(Problem("user", "must have 1 to 500 characters, no colon and no line breaks"))
    if not 1 <= len(hosts) <= MOST_HOSTS:
        problems.append(
            Problem("hosts", f"must name 1 to {MOST_HOSTS} hosts that may be sent the credential")
        )
    return problems


def secret_problems(secret: str) -> list[Problem]:
    """Everything that is wrong with the secret of a link."""
    if len(secret.strip()) < SHORTEST:
        return [Problem("secret", TOO_SHORT)]
    if len(secret) > LONGEST_SECRET or not _SECRET.fullmatch(secret):
        return [Problem("secret", f"must be one line of at most {LONGEST_SECRET} characters of ASCII")]
    return []


def _belonging(field: str, given: str | None, kind: str, owner: LinkKind) -> list[Problem]:
    if kind == owner and given is None:
        return [Problem(field, f"is missing; a link of the kind {owner} needs it")]
    if kind != owner and given is not None:
        return [Problem(field, f"belongs to links of the kind {owner} only")]
    return []
