"""Components and links as tests make them, and the mail server that some speak to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from config.settings import Settings
from flow8.domain.access import Actor
from flow8.engine.engine import Engine, engine_of
from flow8.services.components import ShownComponent, create_component
from flow8.services.links import LinkWish, create_link
from flow8.store.links import LinkRecord
from tests.flow8.kit.outbound.servers import LOOPBACK

PASSWORD = "swordfish-and-chips"
SMTP = {"host": "mail.example.com", "user": "ada", "password": PASSWORD, "from": "flow8@example.com"}


def a_component(engine: Engine, actor: Actor, name: str = "desk", **changes: Any) -> ShownComponent:
    """A mail component with a password, unless a test says otherwise."""
    values: dict[str, Any] = {"name": name, "kind": "mail", "provider": "smtp", "config": SMTP, **changes}
    return create_component(engine, actor, **values)


def a_mail_component(engine: Engine, actor: Actor, port: int, **changes: Any) -> ShownComponent:
    """The default mail component, before a server of this machine."""
    config = {"host": "127.0.0.1", "port": port, "security": "none", "from": "flow8@example.com"}
    return a_component(engine, actor, config=config, **{"is_default": True, **changes})


def a_link(engine: Engine, actor: Actor, name: str = "crm", **changes: Any) -> LinkRecord:
    """A bearer token for api.example.com, unless a test says otherwise."""
    values: dict[str, Any] = {"service": "http", "kind": "bearer", "secret": PASSWORD, **changes}
    more = {field: values.pop(field) for field in ("user", "header") if field in values}
    wish = LinkWish(name, values.pop("hosts", ("api.example.com",)), **more)
    return create_link(engine, actor, wish, **values)


@contextmanager
def reaching_this_machine(engine: Engine) -> Iterator[Engine]:
    """The same engine, in an installation whose outgoing connections may reach this machine."""
    settings: Settings = replace(engine.settings, outbound_allow=LOOPBACK)
    made = engine_of(settings, engine.store, engine.registry)
    try:
        yield made
    finally:
        made.held.close()
        made.lone.close()
        made.bell.close(1.0)
        made.live.close()
