"""Components as a company configures them: their secrets are written and used, and never shown."""

import time
from dataclasses import dataclass, replace
from typing import Any, Final

from flow8.clock import utc_now
from flow8.domain.access import Actor, Right
from flow8.domain.names import name_problems
from flow8.domain.values import to_text
from flow8.domain.veil import Veil
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Flow8Error, NotFound, Problem
from flow8.ids import new_id
from flow8.kit.binding import form_problems
from flow8.kit.component import Checked, Component
from flow8.kit.errors import Failed
from flow8.kit.fields import to_json
from flow8.services.asking import audit, must
from flow8.services.page import USUAL_SIZE, Page, page_of, refuse
from flow8.services.resource_uses import flows_with_component, must_be_unused
from flow8.store.components import ComponentRecord
from flow8.vault.credentials import open_secrets, seal_secrets

CHANGED: Final = "Somebody changed this component meanwhile; load it again."
NOT_KEPT: Final = "This component cannot be kept."
MOST_BYTES: Final = 64 * 1024
TEST_SECONDS: Final = 10.0

Secrets = dict[str, str]


@dataclass(frozen=True)
class ShownComponent:
    """A component, the names of the secrets that it may have, and whether it is the default of its kind."""

    record: ComponentRecord
    secrets: tuple[str, ...]
    is_default: bool


@dataclass(frozen=True)
class Tested:
    """How the test of a component went."""

    ok: bool
    message: str
    seconds: float


def list_components(
    engine: Engine, actor: Actor, *, kind: str | None = None, page: int = 1, size: int = USUAL_SIZE
) -> Page[ShownComponent]:
    """The company's components by name, or those of one kind.

    Raises:
        Denied: without the right to view.
        Invalid: there is no such page.
    """
    must(engine, actor, Right.VIEW, "components.list")
    kept = engine.store.components
    found = page_of(
        lambda skip, rows: kept.page(actor.company_id, kind=kind, skip=skip, size=rows), page, size
    )
    shown = [_shown(engine, record) for record in found.data]
    return Page(shown, found.total, found.page, found.size, found.pages)


def list_providers(engine: Engine, actor: Actor) -> list[Component]:
    """Every provider that a component can be made of, by kind and name.

    Raises:
        Denied: without the right to view.
    """
    must(engine, actor, Right.VIEW, "components.providers")
    return [component for _, component in sorted(engine.registry.components.items())]


def get_component(engine: Engine, actor: Actor, name: str) -> ShownComponent:
    """The component of an id or name.

    Raises:
        Denied: without the right to view.
        NotFound: COMPONENT_NOT_FOUND.
    """
    must(engine, actor, Right.VIEW, "components.get", name)
    return _shown(engine, _named(engine, actor, name))


def create_component(
    engine: Engine,
    actor: Actor,
    *,
    name: str,
    kind: str,
    provider: str,
    config: dict[str, Any],
    is_default: bool = False,
) -> ShownComponent:
    """A new component.

    Raises:
        Denied: without the right to administer the company.
        Invalid: every field that is not right.
        Conflict: COMPONENT_EXISTS, the name is taken.
    """
    must(engine, actor, Right.ADMINISTER, "components.create", name)
    component = engine.registry.components.get((kind, provider))
    if component is None:
        known = ", ".join(f"{of}/{each}" for of, each in sorted(engine.registry.components))
        unknown = Problem("provider", f"there is no {kind}/{provider}; there are {known}")
        refuse([*name_problems(name), unknown], NOT_KEPT)
        raise AssertionError
    kept, secrets, problems = _read(component, config, {})
    refuse([*name_problems(name), *problems], NOT_KEPT)
    component_id = new_id()
    record = ComponentRecord(
        id=component_id,
        company_id=actor.company_id,
        name=name.strip(),
        kind=kind,
        provider=provider,
        config=kept,
        updated_at=utc_now(),
        updated_by=actor.name,
        given=tuple(sorted(secrets)),
        sealed=seal_secrets(engine.vault, actor.company_id, component_id, secrets),
    )
    engine.store.components.create(actor.company_id, record)
    _set_default(engine, record, is_default=is_default or None)
    audit(engine, actor, "components.create", record.id, after=_told(record), isDefault=is_default)
    return _shown(engine, _named(engine, actor, record.id))


def change_component(
    engine: Engine,
    actor: Actor,
    name: str,
    *,
    new_name: str,
    config: dict[str, Any],
    is_default: bool | None = None,
    rev: int | None = None,
) -> ShownComponent:
    """Another name and configuration; a secret that `config` leaves out stays, one that is null goes.

    Raises:
        Denied: without the right to administer the company.
        NotFound: COMPONENT_NOT_FOUND.
        Invalid: every field that is not right; a secret that is missing because it would go elsewhere now.
        Conflict: COMPONENT_EXISTS, COMPONENT_CHANGED, or COMPONENT_IN_USE by flows that name it so.
    """
    must(engine, actor, Right.ADMINISTER, "components.change", name)
    old = _named(engine, actor, name)
    component = engine.registry.component(old.kind, old.provider)
    wanted = _reconfigured(engine, old, config, name_problems(new_name))
    if new_name.strip() != old.name:
        must_be_unused(old.name, flows_with_component(engine, old, by_id=False), "COMPONENT_IN_USE")
    new = replace(wanted, name=new_name.strip(), updated_by=actor.name)
    changed = engine.store.components.change(actor.company_id, new) if rev in (None, old.rev) else None
    if changed is None:
        raise Conflict(CHANGED, code="COMPONENT_CHANGED")
    _set_default(engine, changed, is_default=is_default)
    given = sorted(key for key in component.secrets if key in config)
    audit(
        engine,
        actor,
        "components.change",
        old.id,
        before=_told(old),
        after=_told(changed),
        isDefault=is_default,
        given=given,
    )
    return _shown(engine, _named(engine, actor, changed.id))


def remove_component(engine: Engine, actor: Actor, name: str, *, rev: int | None = None) -> None:
    """Remove a component that no published flow uses.

    Raises:
        Denied: without the right to administer the company.
        NotFound: COMPONENT_NOT_FOUND.
        Conflict: COMPONENT_IN_USE, with the names of the flows; or COMPONENT_CHANGED, it is not at `rev`.
    """
    must(engine, actor, Right.ADMINISTER, "components.remove", name)
    old = _named(engine, actor, name)
    users = flows_with_component(engine, old, is_default=_is_default(engine, old))
    must_be_unused(old.name, users, "COMPONENT_IN_USE")
    gone = rev in (None, old.rev) and engine.store.components.remove(actor.company_id, old.id, old.rev)
    if not gone:
        raise Conflict(CHANGED, code="COMPONENT_CHANGED")
    engine.components.forget()
    audit(engine, actor, "components.remove", old.id, before=_told(old))


def try_component(engine: Engine, actor: Actor, name: str, *, config: dict[str, Any] | None = None) -> Tested:
    """Open a component and let it do what shows that it works, for ten seconds at most.

    With `config` it is tried as `change_component` would make it, and stays as it is.

    Raises:
        Denied: without the right to administer the company.
        NotFound: COMPONENT_NOT_FOUND.
        Invalid: every field of `config` that is not right.
    """
    must(engine, actor, Right.ADMINISTER, "components.test", name)
    record = _named(engine, actor, name)
    tried = record if config is None else _reconfigured(engine, record, config, [])
    tested = _tried(engine, tried)
    audit(engine, actor, "components.test", record.id, name=record.name, ok=tested.ok)
    return tested


def _tried(engine: Engine, record: ComponentRecord) -> Tested:
    began, veil = time.monotonic(), Veil()
    try:
        opened = engine.components.open(record)
        veil.add(list(opened.secrets))
        ok, message = True, _try(opened.value)
    except (Failed, Flow8Error) as error:
        ok, message = False, error.message
    except Exception as error:  # noqa: BLE001 - whatever a provider's code raises is the outcome of its test
        ok, message = False, f"The component broke ({type(error).__name__}); this is a fault of its provider."
    return Tested(ok, veil.text(message), round(time.monotonic() - began, 3))


def _try(opened: Any) -> str:
    if isinstance(opened, Checked):
        return opened.check(seconds=TEST_SECONDS)
    return "It opens with this configuration; its provider offers no further test."


def _reconfigured(
    engine: Engine, old: ComponentRecord, config: dict[str, Any], problems: list[Problem]
) -> ComponentRecord:
    """The component with another configuration; a secret that `config` leaves out stays.

    Raises:
        Invalid: the problems there are already, and every field of `config` that is not right.
    """
    component = engine.registry.component(old.kind, old.provider)
    kept, secrets, found = _read(component, config, open_secrets(engine.vault, old))
    refuse([*problems, *found, *_homeless(component, old, kept, config)], NOT_KEPT)
    sealed = seal_secrets(engine.vault, old.company_id, old.id, secrets)
    return replace(old, config=kept, given=tuple(sorted(secrets)), sealed=sealed)


def _read(
    component: Component, config: dict[str, Any], kept: Secrets
) -> tuple[dict[str, Any], Secrets, list[Problem]]:
    """The configuration without secrets, the secrets, and all that is wrong with both."""
    secrets = {**kept, **{name: config[name] for name in component.secrets if name in config}}
    secrets = {name: value for name, value in secrets.items() if value not in (None, "")}
    plain = {name: value for name, value in config.items() if name not in component.secrets}
    if size := _too_large(config):
        return {}, {}, [size]
    whole = {**plain, **secrets}
    if problems := form_problems(component.config, whole, "config"):
        return {}, {}, problems
    dumped = to_json(component.config.model_validate(whole, by_alias=True, by_name=False))
    return {name: value for name, value in dumped.items() if name not in component.secrets}, secrets, []


def _too_large(config: dict[str, Any]) -> Problem | None:
    try:
        size = len(to_text(config))
    except ValueError as error:
        return Problem("config", f"is {error}")
    return Problem("config", f"must have at most {MOST_BYTES} bytes as JSON") if size > MOST_BYTES else None


def _homeless(
    component: Component, old: ComponentRecord, kept: dict[str, Any], config: dict[str, Any]
) -> list[Problem]:
    """Secrets that would be sent to somebody else from now on, and that nobody gave anew."""
    moved = [name for name in component.secrets_go_by if kept.get(name) != old.config.get(name)]
    if not (moved and kept):
        return []
    message = f"must be given again, since {' and '.join(moved)} changed and it would go elsewhere"
    return [Problem(f"config.{name}", message) for name in old.given if name not in config]


def _set_default(engine: Engine, record: ComponentRecord, *, is_default: bool | None) -> None:
    if is_default:
        engine.store.components.make_default(record.company_id, record)
    elif is_default is not None and _is_default(engine, record):
        engine.store.components.unmake_default(record.company_id, record)
    engine.components.forget()


def _is_default(engine: Engine, record: ComponentRecord) -> bool:
    if record.default_since is None:
        return False
    default = engine.store.components.default(record.company_id, record.kind)
    return default is not None and default.id == record.id


def _named(engine: Engine, actor: Actor, name: str) -> ComponentRecord:
    record = engine.store.components.find(actor.company_id, name) if name.isprintable() else None
    if record is None:
        raise NotFound(f"There is no component '{name}'.", code="COMPONENT_NOT_FOUND")
    return record


def _shown(engine: Engine, record: ComponentRecord) -> ShownComponent:
    component = engine.registry.components.get((record.kind, record.provider))
    secrets = record.given if component is None else component.secrets
    return ShownComponent(record, secrets, _is_default(engine, record))


def _told(record: ComponentRecord) -> dict[str, Any]:
    """What the audit tells of a component before and after a change."""
    return {
        "name": record.name,
        "kind": record.kind,
        "provider": record.provider,
        "config": record.config,
        "given": list(record.given),
    }
