"""Entries of KV as tests make them."""

from typing import Any

from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine
from flow8.services import kv
from flow8.services.kv import KvPlace
from flow8.store.kv import KvEntry
from tests.support.groups import a_group


def an_entry(engine: Engine, key: str, value: Any, *, readable: bool = False, **place: Any) -> KvEntry:
    """An entry of the default company, secret and for all flows unless a test says otherwise."""
    company = engine.store.companies.ensure("default", "Default")
    if place.get("group"):
        a_group(engine, place["group"])
    actor = Actor(company.id, "tests", RIGHTS[Role.ADMIN], "test")
    return kv.create_entry(
        engine, actor, key=key, value=value, place=KvPlace(**place), readable=readable
    ).entry
