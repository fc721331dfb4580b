"""Links: credentials that flowlets name; their secrets are written and used, and never shown."""

from dataclasses import dataclass, replace
from typing import Any, Final

from flow8.clock import utc_now
from flow8.domain.access import Actor, Right
from flow8.domain.links import link_problems, secret_problems
from flow8.domain.names import name_problems
from flow8.engine.engine import Engine
from flow8.errors import Conflict, NotFound, Problem
from flow8.ids import new_id
from flow8.kit.headers import header_name
from flow8.kit.link import is_host_rule
from flow8.services.asking import audit, must
from flow8.services.page import USUAL_SIZE, Page, page_of, refuse
from flow8.services.resource_uses import flows_with_link, must_be_unused
from flow8.store.links import LinkRecord
from flow8.vault.credentials import seal_secret

CHANGED: Final = "Somebody changed this link meanwhile; load it again."
NOT_KEPT: Final = "This link cannot be kept."


@dataclass(frozen=True)
class LinkWish:
    """A link as it is to be, without its secret."""

    name: str
    hosts: tuple[str, ...]
    user: str | None = None
    header: str | None = None


def list_links(engine: Engine, actor: Actor, *, page: int = 1, size: int = USUAL_SIZE) -> Page[LinkRecord]:
    """The company's links by name.

    Raises:
        Denied: without the right to view.
        Invalid: there is no such page.
    """
    must(engine, actor, Right.VIEW, "links.list")
    kept = engine.store.links
    return page_of(lambda skip, rows: kept.page(actor.company_id, skip=skip, size=rows), page, size)


def get_link(engine: Engine, actor: Actor, name: str) -> LinkRecord:
    """The link of an id or name.

    Raises:
        Denied: without the right to view.
        NotFound: LINK_NOT_FOUND.
    """
    must(engine, actor, Right.VIEW, "links.get", name)
    return _named(engine, actor, name)


def create_link(
    engine: Engine, actor: Actor, wish: LinkWish, *, service: str, kind: str, secret: str
) -> LinkRecord:
    """A new link.

    Raises:
        Denied: without the right to edit in the whole company.
        Invalid: every field that is not right.
        Conflict: LINK_EXISTS, the name is taken.
    """
    must(engine, actor, Right.EDIT, "links.create", wish.name)
    refuse([*_problems(wish, service, kind), *secret_problems(secret)], NOT_KEPT)
    link_id = new_id()
    link = LinkRecord(
        id=link_id,
        company_id=actor.company_id,
        name=wish.name.strip(),
        service=service,
        kind=kind,
        hosts=wish.hosts,
        sealed=seal_secret(engine.vault, actor.company_id, link_id, secret.strip()),
        updated_at=utc_now(),
        updated_by=actor.name,
        user=wish.user,
        header=wish.header,
    )
    engine.store.links.create(actor.company_id, link)
    audit(engine, actor, "links.create", link.id, after=_told(link))
    return link


def change_link(
    engine: Engine, actor: Actor, name: str, wish: LinkWish, *, secret: str | None, rev: int | None = None
) -> LinkRecord:
    """Another name, other hosts, another secret; without `secret` that stays, if no host is added.

    Raises:
        Denied: without the right to edit in the whole company.
        NotFound: LINK_NOT_FOUND.
        Invalid: every field that is not right; a secret that is missing though more hosts would get it.
        Conflict: LINK_EXISTS, LINK_CHANGED, or LINK_IN_USE by flows that name it so.
    """
    must(engine, actor, Right.EDIT, "links.change", name)
    old = _named(engine, actor, name)
    wrong = _homeless(old, wish) if secret is None else secret_problems(secret)
    refuse([*_problems(wish, old.service, old.kind), *wrong], NOT_KEPT)
    if wish.name.strip() != old.name:
        must_be_unused(old.name, flows_with_link(engine, old, by_id=False), "LINK_IN_USE")
    sealed = old.sealed
    if secret is not None:
        sealed = seal_secret(engine.vault, actor.company_id, old.id, secret.strip())
    new = replace(
        old,
        name=wish.name.strip(),
        hosts=wish.hosts,
        user=wish.user,
        header=wish.header,
        sealed=sealed,
        updated_by=actor.name,
    )
    changed = engine.store.links.change(actor.company_id, new) if rev in (None, old.rev) else None
    if changed is None:
        raise Conflict(CHANGED, code="LINK_CHANGED")
    was, now = _told(old), _told(changed)
    audit(engine, actor, "links.change", old.id, before=was, after=now, renewed=secret is not None)
    return changed


def remove_link(engine: Engine, actor: Actor, name: str, *, rev: int | None = None) -> None:
    """Remove a link that no published flow uses.

    Raises:
        Denied: without the right to edit in the whole company.
        NotFound: LINK_NOT_FOUND.
        Conflict: LINK_IN_USE, with the names of the flows; or LINK_CHANGED, it is not at `rev`.
    """
    must(engine, actor, Right.EDIT, "links.remove", name)
    old = _named(engine, actor, name)
    must_be_unused(old.name, flows_with_link(engine, old), "LINK_IN_USE")
    if rev not in (None, old.rev) or not engine.store.links.remove(actor.company_id, old.id, old.rev):
        raise Conflict(CHANGED, code="LINK_CHANGED")
    audit(engine, actor, "links.remove", old.id, before=_told(old))


def _problems(wish: LinkWish, service: str, kind: str) -> list[Problem]:
    problems = [*name_problems(wish.name), *link_problems(service, kind, wish.user, wish.header, wish.hosts)]
    rule = "is no host; write api.example.com, *.example.com, or http://host to go there without TLS"
    problems += [
        Problem(f"hosts[{place}]", rule) for place, host in enumerate(wish.hosts) if not is_host_rule(host)
    ]
    if wish.header is not None and not _is_header(wish.header):
        problems.append(Problem("header", "must be the name of a header, such as X-API-Key"))
    return problems


def _is_header(name: str) -> bool:
    try:
        header_name(name)
    except ValueError:
        return False
    return True


def _homeless(old: LinkRecord, wish: LinkWish) -> list[Problem]:
    """The secret that is kept must not go to hosts that whoever gave it did not name."""
    added = sorted(set(wish.hosts) - set(old.hosts))
    if not added:
        return []
    return [Problem("secret", f"must be given again, since it would be sent to {', '.join(added)} as well")]


def _named(engine: Engine, actor: Actor, name: str) -> LinkRecord:
    link = engine.store.links.find(actor.company_id, name) if name.isprintable() else None
    if link is None:
        raise NotFound(f"There is no link '{name}'.", code="LINK_NOT_FOUND")
    return link


def _told(link: LinkRecord) -> dict[str, Any]:
    """What the audit tells of a link before and after a change."""
    return {
        "name": link.name,
        "service": link.service,
        "kind": link.kind,
        "hosts": list(link.hosts),
        "user": link.user,
        "header": link.header,
    }
