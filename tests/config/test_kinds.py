"""The kinds of values: what each takes and what it refuses."""

from datetime import timedelta
from typing import Any

import pytest

from config import kinds
from config.kinds import ROOT, Kind
from flow8.domain.access import Role


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (kinds.PORT, "65535", 65535),
        (kinds.FLAG, "TRUE", True),
        (kinds.FLAG, "false", False),
        (kinds.PORT_RANGE, "7701-7799", range(7701, 7800)),
        (kinds.PORT_RANGE, "7701-7701", range(7701, 7702)),
        (kinds.DURATION, "15s", timedelta(seconds=15)),
        (kinds.DURATION, "2m", timedelta(minutes=2)),
        (kinds.DURATION, "1h", timedelta(hours=1)),
        (kinds.DURATION, "30d", timedelta(days=30)),
        (kinds.DURATION, "4w", timedelta(weeks=4)),
        (kinds.WORDS, "plays, documents", ("plays", "documents")),
        (kinds.WORDS, " ", ()),
        (kinds.WEB_ADDRESS, "https://flow8.example/", "https://flow8.example"),
        (kinds.MONGODB_ADDRESS, "mongodb://%2Ftmp%2Fa.sock/", "mongodb://%2Ftmp%2Fa.sock/"),
        (
            kinds.MONGODB_ADDRESS,
            "mongodb://a:1,b:2/flow8?replicaSet=r",
            "mongodb://a:1,b:2/flow8?replicaSet=r",
        ),
        (kinds.EMAIL, "admin@localhost", "admin@localhost"),
        (kinds.PATH, "data/x", ROOT / "data" / "x"),
        (kinds.choice("strict", "lax"), "Lax", "lax"),
        (kinds.GUIDS, "72F988BF-86f1-41af-91ab-2d7cd011db47, ", ("72f988bf-86f1-41af-91ab-2d7cd011db47",)),
        (kinds.ROLES, "a=viewer, b=c=Admin", (("a", "viewer"), ("b=c", "admin"))),
        (kinds.HTTPS_ADDRESS, "https://login.microsoftonline.us/", "https://login.microsoftonline.us"),
    ],
)
def test_a_right_text_is_read(kind: Kind[Any], text: str, value: object) -> None:
    assert kind.read(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (kinds.PORT, "65536"),
        (kinds.PORT, "1_000"),
        (kinds.PORT, "-1"),
        (kinds.PORT, "4454.0"),
        (kinds.FLAG, "yes"),
        (kinds.PORT_RANGE, "7799-7701"),
        (kinds.PORT_RANGE, "7701"),
        (kinds.PORT_RANGE, "1-2-3"),
        (kinds.DURATION, "2"),
        (kinds.DURATION, "2 m"),
        (kinds.DURATION, "-2m"),
        (kinds.DURATION, "2y"),
        (kinds.ENCRYPTION_KEY, "a" * 255),
        (kinds.ENCRYPTION_KEY, "g" * 256),
        (kinds.ENCRYPTION_KEY_SALT, "a" * 65),
        (kinds.WEB_ADDRESS, "flow8.example"),
        (kinds.WEB_ADDRESS, "http://"),
        (kinds.WEB_ADDRESS, "http://a b"),
        (kinds.AMQP_ADDRESS, "http://mq"),
        (kinds.NETWORKS, "10.0.0.1/8"),
        (kinds.EMAIL, "admin"),
        (kinds.choice("strict", "lax"), "loose"),
        (kinds.GUIDS, "contoso.example"),
        (kinds.GUIDS, "common"),
        (kinds.ROLES, "a=owner"),
        (kinds.ROLES, "=admin"),
        (kinds.ROLES, "admin"),
        (kinds.HTTPS_ADDRESS, "http://localhost:1234"),
    ],
)
def test_a_wrong_text_is_refused(kind: Kind[Any], text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the kind's words, not the exception's, reach people
        kind.read(text)


def test_the_roles_of_settings_are_those_of_flow8() -> None:
    assert tuple(Role) == kinds.ROLE_NAMES
