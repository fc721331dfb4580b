"""What every provider of the kind `mail` keeps; a provider's test inherits from the class."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart

import pytest

from flow8.kit import Failed, Letter, Mail

LETTER = Letter(
    key="play/ref",
    to=("Ada <ada@example.com>", "bob@example.com"),
    subject="Größe: 7 €",
    text="It was sent today.\n.\n",
    html="<p>It was sent <b>today</b>.</p>",
    cc=("Cy <cy@example.com>",),
    bcc=("dee@example.com", "ada@example.com"),
    reply_to=("desk@example.com",),
)


@dataclass(frozen=True)
class Opened:
    """A provider, and the mails that came of it: for whom, and what they say."""

    mail: Mail
    arrived: Callable[[], list[tuple[tuple[str, ...], EmailMessage]]]


def lines_of(part: MIMEPart) -> list[str]:
    """What a part says, whatever ends its lines."""
    return str(part.get_content()).splitlines()


Open = Callable[[], AbstractContextManager[Opened]]


class MailConformance:
    """Give a fixture `opening`: it opens the provider in front of a server that takes everything."""

    @pytest.fixture
    def opening(self) -> Open:
        raise NotImplementedError

    def test_a_letter_reaches_everybody_once_and_tells_of_no_blind_copy(self, opening: Open) -> None:
        with opening() as opened:
            posted = opened.mail.send(LETTER, seconds=10)

            everybody = ("ada@example.com", "bob@example.com", "cy@example.com", "dee@example.com")
            assert (posted.accepted, dict(posted.refused)) == (everybody, {})
            [(recipients, message)] = opened.arrived()
            assert recipients == everybody
            assert "dee" not in message.as_string()
            assert message["To"] == "Ada <ada@example.com>, bob@example.com"
            assert (message["Cc"], message["Reply-To"]) == ("Cy <cy@example.com>", "desk@example.com")

    def test_what_it_says_arrives_as_it_was_written(self, opening: Open) -> None:
        with opening() as opened:
            posted = opened.mail.send(LETTER, seconds=10)

            [(_, message)] = opened.arrived()
            plain, html = message.get_body(["plain"]), message.get_body(["html"])
            assert plain is not None
            assert html is not None
            assert (message["Subject"], lines_of(plain)) == ("Größe: 7 €", LETTER.text.splitlines())
            assert html.get_content().strip() == LETTER.html
            assert (message["Message-ID"], message["Auto-Submitted"]) == (posted.message_id, "auto-generated")

    def test_what_is_sent_again_has_the_same_id_and_anything_else_another_one(self, opening: Open) -> None:
        other = Letter(key="play/other", to=("ada@example.com",), subject="x", text="y")
        with opening() as opened:
            ids = [opened.mail.send(each, seconds=10).message_id for each in (LETTER, LETTER, other)]

            assert ids[0] == ids[1] != ids[2]

    def test_without_time_nothing_is_sent(self, opening: Open) -> None:
        with opening() as opened:
            with pytest.raises(Failed) as refused:
                opened.mail.send(LETTER, seconds=0)

            assert (refused.value.code, refused.value.final, opened.arrived()) == ("TIMEOUT", False, [])
