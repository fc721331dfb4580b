"""Mail server (SMTP).

Hands mail over to a server of yours, with TLS from the start (`tls`, usually port 465) or from the first
words on (`starttls`, usually port 587). The server's certificate must be right, and a password never travels
without TLS. Like every address outside, the server must be public or in a network that OUTBOUND_ALLOW lists.
"""

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from flow8.kit import Failed, Fields, Letter, MailAddress, Posted, Surroundings, component, field
from flow8.kit.mail import address_of, message_id, message_of, recipients_of
from flow8.kit.outbound import Resolve, system_resolve
from flow8.kit.outbound.dial import candidates, connect
from flow8.kit.outbound.tls import secured
from flow8.kit.outbound.watchdog import Watchdog

PERMANENT = 500
"""Replies from here on are for good; those below it ask to try again later."""
LONGEST_REPLY = 200


class Config(Fields):
    """Which server, and as whom."""

    host: str = field("The name of the server.", "localhost", min_length=1, max_length=253)
    port: int = field("Its port.", 587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = field(
        "TLS after the first words, from the start, or not at all.", "starttls"
    )
    user: str = field("The name to sign in with; empty without signing in.", "", max_length=500)
    password: str = field("The password.", "", secret=True, max_length=2000)
    sender: MailAddress = Field(
        "flow8@localhost",
        alias="from",
        description="The address that mail comes from, such as flow8 <flow8@example.com>.",
    )
    authorities: str = field("Certificates (PEM) of authorities to trust besides the system's own.", "")

    @field_validator("authorities")
    @classmethod
    def _readable(cls, text: str) -> str:
        if text:
            try:
                ssl.create_default_context(cadata=text)
            except (ssl.SSLError, ValueError) as error:
                raise ValueError("is not a list of PEM certificates") from error
        return text

    @model_validator(mode="after")
    def _password_only_over_tls(self) -> Self:
        if self.user and self.security == "none":
            raise ValueError("signing in needs TLS; set security to starttls or tls, or leave user empty")
        return self


class Session(smtplib.SMTP):
    """One conversation with a server, over a connection whose address was judged."""

    def __init__(self, config: Config, connection: socket.socket) -> None:
        self._judged = connection
        self.hands_over = False
        """The text of the mail is on its way: from now on only an answer tells whether the server took it."""
        # With a host it would look this machine's own name up, which may take long.
        super().__init__(local_hostname=address_of(config.sender).domain)
        self.sock, self.file = connection, None

    def greet(self) -> None:
        """Hear the server's greeting."""
        code, words = self.getreply()
        if code != 220:  # noqa: PLR2004 - "ready", the only greeting that is one
            raise smtplib.SMTPConnectError(code, words)

    def secure(self, config: Config, ends_at: float) -> None:
        """Go on under TLS. What somebody slipped in before it is forgotten.

        Raises:
            Failed: the certificate is not the server's, or there is no TLS with it.
        """
        self.ehlo_or_helo_if_needed()
        if not self.has_extn("starttls"):
            raise smtplib.SMTPNotSupportedError("it offers no STARTTLS; use security tls, or another port")
        code, words = self.docmd("STARTTLS")
        if code != 220:  # noqa: PLR2004 - "go ahead"
            raise smtplib.SMTPResponseException(code, words)
        self.sock = secured(self._judged, config.host, config.authorities, ends_at)
        self.file = None
        self.ehlo_resp = self.helo_resp = None
        self.esmtp_features, self.does_esmtp = {}, False

    def data(self, msg: object) -> tuple[int, bytes]:
        """Send the text."""
        self.hands_over = True
        return super().data(msg)  # type: ignore[arg-type]


class Smtp:
    """Kind `mail` over SMTP; each letter has a connection of its own."""

    def __init__(
        self, config: Config, surroundings: Surroundings, *, resolve: Resolve = system_resolve
    ) -> None:
        self._config = config
        self._allow = surroundings.outbound_allow
        self._resolve = resolve

    def send(self, letter: Letter, *, seconds: float) -> Posted:
        """Hand a letter over within `seconds`; at least one of its recipients was accepted.

        Raises:
            Failed: nobody gets it: for good when the server refuses it for good, or when nobody knows
                whether the server took it (`OUTCOME_UNKNOWN`).
        """
        sender, everybody = self._config.sender, recipients_of(letter)
        message = message_of(letter, sender)
        with self._session(seconds) as session:
            refused = session.sendmail(address_of(sender).addr_spec, everybody, bytes(message))
        reasons = {name: _reason(code, words) for name, (code, words) in refused.items()}
        accepted = tuple(each for each in everybody if each not in reasons)
        return Posted(message_id(letter.key, sender), accepted, reasons)

    def check(self, *, seconds: float) -> str:
        """Connect, sign in, and go again without sending anything.

        Raises:
            Failed: one of it does not work; says which.
        """
        config = self._config
        with self._session(seconds) as session:
            session.noop()
        as_whom = f" and signed in as {config.user}" if config.user else ""
        return f"Connected to {config.host}:{config.port} ({config.security}){as_whom}; nothing was sent."

    @contextmanager
    def _session(self, seconds: float) -> Iterator[Session]:
        """A conversation that is ready for mail, over when `seconds` are; its faults in words."""
        ends_at = time.monotonic() + seconds
        connection = self._connected(ends_at)
        session: Session | None = None
        try:
            with Watchdog(connection, ends_at):
                session = Session(self._config, connection)
                session.greet()
                if self._config.security == "starttls":
                    session.secure(self._config, ends_at)
            with Watchdog(session.sock or connection, ends_at):
                self._sign_in(session)
                yield session
                _say_goodbye(session)
        except smtplib.SMTPServerDisconnected as error:
            raise self._broken(error, session, ends_at) from error
        except smtplib.SMTPException as error:
            raise _refusal(error) from error
        except OSError as error:
            raise self._broken(error, session, ends_at) from error
        finally:
            connection.close()
            if session is not None:
                session.close()

    def _connected(self, ends_at: float) -> socket.socket:
        config = self._config
        found = candidates(config.host, config.port, self._allow, self._resolve, ends_at)
        connection, _ = connect(found, self._allow, ends_at)
        if config.security == "tls":
            connection = secured(connection, config.host, config.authorities, ends_at)
        connection.settimeout(max(0.001, ends_at - time.monotonic()))
        return connection

    def _sign_in(self, session: Session) -> None:
        if self._config.user:
            session.login(self._config.user, self._config.password)

    def _broken(self, error: OSError, session: Session | None, ends_at: float) -> Failed:
        where = f"{self._config.host}:{self._config.port}"
        if session is not None and session.hands_over:
            return _unknown()
        if isinstance(error, TimeoutError) or time.monotonic() >= ends_at:
            return Failed(f"{where} did not answer in time", code="TIMEOUT")
        return Failed(f"{where} broke off: {error.strerror or error}", code="CONNECTION_FAILED")


def _say_goodbye(session: Session) -> None:
    # The mail is handed over; a server that goes without a word changes nothing.
    session.hands_over = False
    with suppress(smtplib.SMTPException, OSError):
        session.quit()


def _refusal(error: smtplib.SMTPException) -> Failed:
    """What the server said, told apart: for good, or for now."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        # What it says of a sign-in may repeat what it was sent.
        final = error.smtp_code >= PERMANENT
        message = f"The mail server refuses to sign us in ({error.smtp_code}); mend user and password"
        return Failed(message, final=final, code="SIGN_IN_REFUSED")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = list(error.recipients.values())
        told = "; ".join(_reason(*reply) for reply in replies[:3])
        return _refused(
            f"The mail server takes none of the recipients: {told}", *(code for code, _ in replies)
        )
    if isinstance(error, smtplib.SMTPResponseException):
        said = _reason(error.smtp_code, error.smtp_error)
        return _refused(f"The mail server refuses: {said}", error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Failed(f"The mail server cannot do what is asked: {error}", final=True, code="MAIL_REFUSED")
    return Failed(f"The mail server does not speak SMTP as it should: {error}", code="MAIL_REFUSED")


def _refused(message: str, *codes: int) -> Failed:
    final = all(code >= PERMANENT for code in codes)
    return Failed(message, final=final, code="MAIL_REFUSED" if final else "MAIL_PUT_OFF")


def _unknown() -> Failed:
    message = "The connection broke when the mail was on its way; nobody knows whether the server took it"
    return Failed(message, final=True, code="OUTCOME_UNKNOWN")


def _reason(code: int, words: bytes | str) -> str:
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    shown = "".join(each if each.isprintable() else " " for each in text)
    return f"{code} {shown[:LONGEST_REPLY]}".strip()


smtp = component(kind="mail", config=Config, secrets_go_by=("host", "port", "security", "authorities"))(Smtp)
