"""Changing the keys of all secrets while everything runs, and sealing a setting."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from config.declare import declared_in
from config.settings import Settings
from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import Invalid, NotFound, Problem
from flow8.services.alone import alone
from flow8.services.asking import audit, must
from flow8.services.audit_key import chain_key
from flow8.services.channel_rules import token_place
from flow8.store.sealed import Holder, Sealed
from flow8.vault import INSTALLATION, CannotOpen, Place
from flow8.vault.credentials import component_place, link_place
from flow8.vault.kv import place_of
from flow8.vault.master import Master, derive
from flow8.vault.place import read
from flow8.vault.rotation import Progress, leave_only, wrap_for

GRACE_SECONDS: Final = 10.0
"""So long after a data key was replaced nobody still writes what it sealed: that takes milliseconds."""

PlaceOf = Callable[[str, str], Place]


@dataclass(frozen=True)
class Resealing:
    """So many secrets of a company are sealed with its new data key."""

    company_id: str
    done: int


def holders(engine: Engine) -> list[tuple[Holder, PlaceOf]]:
    """Every collection that keeps secrets, and where each of its secrets belongs by company and record."""
    return [
        (engine.store.kv, place_of),
        (engine.store.channels, token_place),
        (engine.store.components, component_place),
        (engine.store.links, link_place),
    ]


def rotate_master(engine: Engine, actor: Actor) -> Iterator[Progress]:
    """Let ENCRYPTION_KEY_NEW and ENCRYPTION_KEY_SALT_NEW open every secret, beside the keys in use.

    Raises:
        Denied: only administrators change keys.
        Invalid: no new keys are given, or the ones in use.
        WrongKeys: the keys in use are not given.
    """
    must(engine, actor, Right.ADMINISTER, "secrets.rotate")
    settings = engine.settings
    new = _master(settings.encryption_key_new, settings.encryption_key_salt_new, "ENCRYPTION_KEY_NEW")
    return _wrapping(engine, actor, new)


def _wrapping(engine: Engine, actor: Actor, new: Master) -> Iterator[Progress]:
    chain_key(engine)  # if it was not there yet, the new master key must open it too
    yield from wrap_for(engine.vault, new)
    audit(engine, actor, "secrets.rotate", new.id)


def finish_master(engine: Engine, actor: Actor) -> int:
    """Let nothing but ENCRYPTION_KEY and ENCRYPTION_KEY_SALT open secrets; how many keys others opened too.

    Raises:
        Denied: only administrators change keys.
        WrongKeys: they are not keys that open everything.
        Conflict: KEYS_NOT_WRAPPED, some company's key is not wrapped by them yet.
    """
    must(engine, actor, Right.ADMINISTER, "secrets.finish")
    settings = engine.settings
    current = _master(settings.encryption_key, settings.encryption_key_salt, "ENCRYPTION_KEY")
    engine.vault.verify()
    changed = leave_only(engine.vault, current)
    audit(engine, actor, "secrets.finish", current.id)
    return changed


def rotate_data_keys(engine: Engine, actor: Actor) -> Iterator[Resealing]:
    """Give every company a new data key, seal all its secrets with it, and forget the old ones.

    What is written meanwhile is sealed with the new one already. After a crash it goes on where it was.
    Encrypted settings keep their key, since they stand where nobody can seal them anew.

    Raises:
        Denied: only administrators change keys.
        WrongKeys: the keys in use are not given.
    """
    must(engine, actor, Right.ADMINISTER, "secrets.rotate_data_keys")
    return _resealing(engine, actor)


def _resealing(engine: Engine, actor: Actor) -> Iterator[Resealing]:
    with alone(engine, "secrets.rotate_data_keys"):
        companies = [each for each in engine.store.data_keys.companies() if each != INSTALLATION]
        for company_id in companies:
            if len(engine.store.data_keys.versions(company_id)) == 1:
                engine.vault.renew(company_id)
    yield from _sealed_anew(engine, companies)
    time.sleep(GRACE_SECONDS)
    yield from _sealed_anew(engine, companies)
    for company_id in companies:
        *old, _newest = engine.store.data_keys.versions(company_id)
        for key in old:
            engine.store.data_keys.remove(company_id, key.id)
    audit(engine, actor, "secrets.rotate_data_keys")


def _sealed_anew(engine: Engine, companies: list[str]) -> Iterator[Resealing]:
    for company_id in companies:
        newest = engine.store.data_keys.newest(company_id)
        done = 0
        for holder, place in holders(engine):
            for old in holder.sealed(company_id):
                if newest is not None and read(old.text)[0] < newest.version:
                    _reseal(engine, holder, place(company_id, old.record), old)
                done += 1
        yield Resealing(company_id, done)


def _reseal(engine: Engine, holder: Holder, place: Place, old: Sealed) -> None:
    try:
        text = engine.vault.open(place, old.text)
    except CannotOpen as error:
        message = f"The secret of record {old.record} cannot be opened; set it anew or remove it, then go on."
        raise CannotOpen(message) from error
    holder.reseal(place.company_id, old, engine.vault.seal(place, text))


def encrypt_setting(engine: Engine, actor: Actor, name: str, text: str) -> str:
    """What may stand for a secret setting in its place: only this installation can read it.

    Raises:
        Denied: only administrators encrypt settings.
        NotFound: there is no such setting.
        Invalid: the setting is no secret, or is needed before secrets can be read.
        WrongKeys: the keys in use are not given.
    """
    must(engine, actor, Right.ADMINISTER, "secrets.encrypt", name)
    declared = {each.name: each for each in declared_in(Settings)}
    if name not in declared:
        raise NotFound(
            f"There is no setting {name}; see docs/reference/settings.md.", code="SETTING_NOT_FOUND"
        )
    if name not in ENCRYPTABLE:
        problem = Problem(name, f"cannot be given encrypted; {' and '.join(ENCRYPTABLE)} can")
        raise Invalid("This setting is read as it stands.", problems=[problem])
    return engine.vault.seal_setting(name, text)


ENCRYPTABLE: Final = ("OAUTH2_CLIENT_SECRET",)
"""Settings whose users read them through `Vault.open_setting`."""


def _master(key: str | None, salt: str | None, name: str) -> Master:
    if key is None or salt is None:
        problem = Problem(name, f"is not given; set {name} and {name.replace('KEY', 'KEY_SALT')}")
        raise Invalid("Keys are missing.", problems=[problem])
    return derive(key, salt)
