"""The first start: a company, its administrator, two examples that run, and the lines to try them with.

The administrator comes last: a first start that dies half way begins anew.
"""

import shutil
from dataclasses import dataclass
from typing import Final

from config.kinds import ROOT
from config.settings import Settings
from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine, open_engine
from flow8.errors import Unavailable
from flow8.services import flows, keys, passwords
from flow8.services.alone import alone
from flow8.services.asking import audit
from flow8.services.curl_lines import API_KEY, ORDERS_TOKEN, curl_lines, write_header
from flow8.store.database import faults_in_words
from flow8.store.people import Company

COMPANY: Final = "default"
EXAMPLES: Final = ROOT / "examples"
FLOWS: Final = ("order-triage", "orders-report")
ORDERS: Final = "orders.csv"
ORDERS_CHANNEL: Final = "orders"


@dataclass(frozen=True)
class Welcome:
    """What to tell whoever started flow8. `password` is there once, when it was just made and not given."""

    administrator: str
    password: str | None
    curl: tuple[str, ...]


def prepare(settings: Settings) -> Welcome:
    """Make what is missing; at the very first start, the company, its administrator and the examples too.

    Any number of processes may call it at once.

    Raises:
        Unavailable: MongoDB does not answer, or the data directory cannot be written to; or, as WRONG_KEYS,
            the encryption keys are not those of this database.
    """
    engine = open_engine(settings)
    try:
        with faults_in_words():
            engine.store.prepare()
            engine.vault.verify()
            company = engine.store.companies.ensure(COMPANY, "Default")
            password = None if engine.store.users.any_exists() else _first(engine, company)
            orders = engine.store.channels.get(company.id, ORDERS_CHANNEL)
        return Welcome(settings.admin_email, password, curl_lines(settings, orders))
    finally:
        engine.close()


def _first(engine: Engine, company: Company) -> str | None:
    """What only the first start does; the administrator's password if it was made up here."""
    with alone(engine, "first start"):
        if engine.store.users.any_exists():
            return None
        actor = Actor(company.id, "first start", RIGHTS[Role.ADMIN], door="cli", operator=True)
        _copy_orders(engine, company)
        _import_examples(engine, actor)
        _, key = keys.create_key(engine, actor, name="first start")
        write_header(engine.settings, API_KEY, key)
        return _make_administrator(engine, actor)


def _copy_orders(engine: Engine, company: Company) -> None:
    folder = engine.settings.data_dir / "data" / "flows" / company.slug
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / ORDERS).exists():
            shutil.copyfile(EXAMPLES / ORDERS, folder / ORDERS)
    except OSError as error:
        raise Unavailable(
            f"{folder} cannot be written ({error.strerror}); set DATA_DIR to another."
        ) from error


def _import_examples(engine: Engine, actor: Actor) -> None:
    for name in FLOWS:
        text = (EXAMPLES / f"{name}.yml").read_bytes()
        imported = flows.import_text(engine, actor, text, publish=True, note="The example as it came.")
        for made in imported.channels:
            if made.token is not None and made.channel.slug == ORDERS_CHANNEL:
                write_header(engine.settings, ORDERS_TOKEN, made.token)


def _make_administrator(engine: Engine, actor: Actor) -> str | None:
    email, given = engine.settings.admin_email, engine.settings.admin_password
    password = given or passwords.made_up()
    roles = {actor.company_id: Role.ADMIN.value}
    engine.store.users.create(email, "Administrator", passwords.hash_of(password), roles)
    role = Role.ADMIN.value
    audit(engine, actor, "users.create", email, after={"email": email, "role": role}, role=role)
    return None if given else password
