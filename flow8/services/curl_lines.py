"""Lines that try flow8 out as they are printed; their secrets lie in files that only the owner may read."""

import ipaddress
import json
import os
import shlex
from pathlib import Path
from typing import Any, Final

from config.settings import Settings
from flow8.data_directory import KEYS
from flow8.errors import Unavailable
from flow8.ids import new_id
from flow8.services.channel_rules import HTTP
from flow8.store.channels import Channel

API_KEY: Final = "api-key.header"
ORDERS_TOKEN: Final = "orders-token.header"  # noqa: S105 - the name of a file

EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not listened on

ORDER: Final = {
    "id": "A-1001",
    "customer": "Ada Lovelace",
    "items": [{"name": "Desk lamp", "price": 39.5, "qty": 2}, {"name": "Notebook", "price": 4.75, "qty": 10}],
}


def write_header(settings: Settings, name: str, secret: str) -> None:
    """Keep a secret as the header that sends it, in a file of mode 0600 that is whole or not there.

    Raises:
        Unavailable: the folder cannot be written to.
    """
    file = header_file(settings, name)
    draft = file.with_name(f".{name}.{new_id()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(f"Authorization: Bearer {secret}\n")
        draft.replace(file)
    except OSError as error:
        raise Unavailable(f"{file} cannot be written ({error.strerror}); set DATA_DIR to another.") from error


def curl_lines(settings: Settings, orders: Channel | None) -> tuple[str, ...]:
    """A line that runs `orders-report` and one that sends an order to the channel, if they can work."""
    lines = []
    if header_file(settings, API_KEY).is_file():
        address = _address(settings.server_host, settings.server_port, "/api/v1/flows/orders-report/run")
        lines.append(_post(settings, API_KEY, {"args": {}, "wait": 30}, address))
    if orders and _is_served(orders) and header_file(settings, ORDERS_TOKEN).is_file():
        address = _address(settings.channel_host, orders.port, "/orders")
        lines.append(_post(settings, ORDERS_TOKEN, ORDER, address))
    return tuple(lines)


def header_file(settings: Settings, name: str) -> Path:
    """Where a header lies."""
    return settings.data_dir / KEYS / name


def _is_served(channel: Channel) -> bool:
    return channel.enabled and channel.kind == HTTP and channel.port > 0


def _post(settings: Settings, header: str, body: Any, address: str) -> str:
    words = ["curl", "-sS", "-H", f"@{header_file(settings, header)}", "-H", "Content-Type: application/json"]
    return shlex.join([*words, "-d", json.dumps(body), address])


def _address(host: str, port: int, path: str) -> str:
    near = EVERYWHERE.get(host, host)
    return f"http://{f'[{near}]' if _is_ipv6(near) else near}:{port}{path}"


def _is_ipv6(host: str) -> bool:
    try:
        return isinstance(ipaddress.ip_address(host), ipaddress.IPv6Address)
    except ValueError:
        return False
