"""SMTP: the kind's promises, what is for good and what is not, and no password without TLS."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from catalogue.components.mail.smtp import Config, Smtp, smtp
from flow8.kit import Failed, Letter, Surroundings
from tests.catalogue.components.mail.conformance import LETTER, MailConformance, Open, Opened
from tests.flow8.kit.outbound.servers import LOOPBACK, authority_for, scripted
from tests.support.smtp import SmtpServer, smtp_server

ACCOUNT = ("ada", "swordfish-and-chips")
ONE = Letter(key="k", to=("ada@example.com",), subject="Hello", text="Hello.")


@pytest.fixture
def surroundings(tmp_path: Path) -> Surroundings:
    return Surroundings(files=tmp_path, outbound_allow=LOOPBACK)


def provider(surroundings: Surroundings, port: int, **config: Any) -> Smtp:
    """A provider before a server of this machine, which calls itself localhost."""
    fields = {"host": "localhost", "port": port, "security": "none", "from": "flow8@example.com", **config}
    opened: Smtp = smtp.open(Config.model_validate(fields, by_alias=True, by_name=False), surroundings)
    return opened


def refusal(mail: Smtp, letter: Letter = ONE, seconds: float = 10) -> tuple[str, bool, str]:
    """Code, whether it is for good, and words of a failure to send."""
    with pytest.raises(Failed) as failed:
        mail.send(letter, seconds=seconds)
    return failed.value.code, failed.value.final, failed.value.message


class TestSmtp(MailConformance):
    @pytest.fixture
    def opening(self, surroundings: Surroundings) -> Open:
        @contextmanager
        def opened() -> Iterator[Opened]:
            with smtp_server(SmtpServer()) as server:
                yield Opened(
                    provider(surroundings, server.port),
                    lambda: [(each.recipients, each.message) for each in server.arrived],
                )

        return opened


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_over_tls_and_the_password_with_it(
    surroundings: Surroundings, tmp_path: Path, security: str
) -> None:
    authority = authority_for("localhost", tmp_path)
    wanted = SmtpServer(tls=authority.server, tls_at_once=security == "tls", account=ACCOUNT)
    with smtp_server(wanted) as server:
        config = {"security": security, "user": ACCOUNT[0], "password": ACCOUNT[1]}
        mail = provider(surroundings, server.port, authorities=authority.pem, **config)

        mail.send(ONE, seconds=10)
        told = mail.check(seconds=10)

    [arrived] = server.arrived
    assert (arrived.was_secure, arrived.sender) == (True, "flow8@example.com")
    assert (
        told == f"Connected to localhost:{server.port} ({security}) and signed in as ada; nothing was sent."
    )
    assert "AUTH" in server.commands


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    surroundings: Surroundings, tmp_path: Path, security: str
) -> None:
    authority = authority_for("localhost", tmp_path)
    with smtp_server(SmtpServer(tls=authority.server, tls_at_once=security == "tls")) as server:
        code, final, _ = refusal(provider(surroundings, server.port, security=security))

    assert (code, final, server.arrived) == ("BAD_CERTIFICATE", True, [])


def test_a_server_without_starttls_gets_no_mail_in_the_clear(surroundings: Surroundings) -> None:
    with smtp_server(SmtpServer()) as server:
        code, final, message = refusal(provider(surroundings, server.port, security="starttls"))

    assert (code, final, server.arrived) == ("MAIL_REFUSED", True, [])
    assert "STARTTLS" in message


def test_a_password_is_never_configured_without_tls() -> None:
    with pytest.raises(ValidationError, match="signing in needs TLS"):
        Config.model_validate({"security": "none", "user": "ada", "password": "secret"})


def test_a_wrong_password_is_for_good_and_not_repeated(surroundings: Surroundings, tmp_path: Path) -> None:
    authority = authority_for("localhost", tmp_path)
    with smtp_server(SmtpServer(tls=authority.server, account=ACCOUNT)) as server:
        config = {"security": "starttls", "user": "ada", "password": "not-the-password"}
        mail = provider(surroundings, server.port, authorities=authority.pem, **config)
        code, final, message = refusal(mail)

    assert (code, final) == ("SIGN_IN_REFUSED", True)
    assert "not-the-password" not in message


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ({"MAIL": "550 not you"}, ("MAIL_REFUSED", True)),
        ({"MAIL": "451 later"}, ("MAIL_PUT_OFF", False)),
        ({"ada@example.com": "550 nobody here"}, ("MAIL_REFUSED", True)),
        ({"ada@example.com": "450 full"}, ("MAIL_PUT_OFF", False)),
        ({"DATA": "554 no"}, ("MAIL_REFUSED", True)),
        ({"TEXT": "552 too large"}, ("MAIL_REFUSED", True)),
        ({"TEXT": "452 no room"}, ("MAIL_PUT_OFF", False)),
    ],
)
def test_what_the_server_refuses_is_for_good_from_500_on(
    surroundings: Surroundings, replies: dict[str, str], expected: tuple[str, bool]
) -> None:
    with smtp_server(SmtpServer(replies=replies)) as server:
        code, final, message = refusal(provider(surroundings, server.port))

    assert (code, final) == expected
    assert next(iter(replies.values()))[4:] in message


def test_those_whom_the_server_takes_get_the_mail_and_the_others_are_told(surroundings: Surroundings) -> None:
    with smtp_server(SmtpServer(replies={"bob@example.com": "550 gone\x07"})) as server:
        posted = provider(surroundings, server.port).send(LETTER, seconds=10)

    assert dict(posted.refused) == {"bob@example.com": "550 gone"}
    assert posted.accepted == ("ada@example.com", "cy@example.com", "dee@example.com")
    assert server.arrived[0].recipients == posted.accepted


def test_a_greeting_that_is_none_is_told(surroundings: Surroundings) -> None:
    with smtp_server(SmtpServer(greeting="421 too busy")) as server:
        assert refusal(provider(surroundings, server.port))[:2] == ("MAIL_PUT_OFF", False)


@pytest.mark.parametrize(
    ("where", "expected"),
    [("MAIL", ("CONNECTION_FAILED", False)), ("TEXT", ("OUTCOME_UNKNOWN", True))],
)
def test_a_connection_that_breaks_is_tried_again_only_when_nothing_was_handed_over(
    surroundings: Surroundings, where: str, expected: tuple[str, bool]
) -> None:
    with smtp_server(SmtpServer(vanish_at=where)) as server:
        assert refusal(provider(surroundings, server.port))[:2] == expected


def test_a_server_that_goes_without_a_word_took_the_mail_all_the_same(surroundings: Surroundings) -> None:
    with smtp_server(SmtpServer(vanish_at="QUIT")) as server:
        assert provider(surroundings, server.port).send(ONE, seconds=10).accepted == ("ada@example.com",)


def test_a_server_that_says_nothing_holds_nobody_up(surroundings: Surroundings) -> None:
    with scripted(lambda connection: time.sleep(3) or connection.close()) as port:  # type: ignore[func-returns-value]
        began = time.monotonic()

        assert refusal(provider(surroundings, port), seconds=0.5)[0] == "TIMEOUT"
        assert time.monotonic() - began < 2


def test_an_address_that_is_not_public_is_refused(tmp_path: Path) -> None:
    with smtp_server(SmtpServer()) as server:
        mail = provider(Surroundings(files=tmp_path), server.port)

        assert refusal(mail)[:2] == ("ADDRESS_REFUSED", True)
        assert server.commands == []
