"""Mail as modules write it and providers send it: addresses that are some, and the letter as a message."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Annotated

from pydantic import AfterValidator

from flow8.kit.kinds import Letter

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
LONGEST_ADDRESS = 500
_MAILBOX = re.compile(
    r"""(?:(?P<name>"(?:[^"\\]|\\.)*"|[^<>"(),;:@\\]*?)\s*<(?P<inside>[^<>\s]+)>|(?P<alone>[^<>"(),;:\s]+))"""
)
_ESCAPED = re.compile(r"\\(.)")
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9-]{1,63})*")


def address_of(text: str) -> Address:
    """The mailbox that a text names: `ada@example.com`, or `Ada <ada@example.com>`.

    Raises:
        ValueError: it names none, or more than one, or holds a line break.
    """
    fits = len(text) <= LONGEST_ADDRESS and not _CONTROL.search(text)
    found = _MAILBOX.fullmatch(text.strip()) if fits else None
    local, _, domain = ((found["inside"] or found["alone"]) if found else "").rpartition("@")
    if found is None or not _LOCAL.fullmatch(local):
        raise ValueError("should be one mail address, such as ada@example.com or Ada <ada@example.com>")
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError:
        ascii_domain = ""
    if not _DOMAIN.fullmatch(ascii_domain):
        raise ValueError("should be a mail address with a domain, such as ada@example.com")
    return Address(_plain(found["name"] or ""), local, ascii_domain)


def _plain(name: str) -> str:
    """A name without its quotes."""
    return _ESCAPED.sub(r"\1", name[1:-1]) if name.startswith('"') else name


def _checked(text: str) -> str:
    address_of(text)
    return text.strip()


def one_line(text: str) -> str:
    """The text itself.

    Raises:
        ValueError: it holds a line break or another control character, which could smuggle in a header.
    """
    if _CONTROL.search(text):
        raise ValueError("stays on one line and holds no control characters")
    return text


MailAddress = Annotated[str, AfterValidator(_checked)]
"""The type of a field with one mail address, with or without a name."""
OneLine = Annotated[str, AfterValidator(one_line)]
"""The type of a field with a text that becomes a header of a mail."""


def message_id(key: str, sender: str) -> str:
    """The Message-ID of what is sent under a key: the same whenever it is sent again."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{address_of(sender).domain}>"


def recipients_of(letter: Letter) -> list[str]:
    """The bare addresses of all who get a letter, each once."""
    everybody = (*letter.to, *letter.cc, *letter.bcc)
    return list(dict.fromkeys(address_of(each).addr_spec for each in everybody))


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """The letter as it goes over the wire. Nobody finds in it who gets a blind copy."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = address_of(sender)
    for name, people in (("To", letter.to), ("Cc", letter.cc), ("Reply-To", letter.reply_to)):
        if people:
            message[name] = _addresses(people)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id(letter.key, sender)
    # Without this, two machines that answer mail by themselves could write to each other for ever.
    message["Auto-Submitted"] = "auto-generated"
    if letter.text or letter.html is None:
        message.set_content(letter.text)
    if letter.html is not None:
        add = message.add_alternative if letter.text else message.set_content
        add(letter.html, subtype="html")
    return message


def _addresses(texts: Sequence[str]) -> tuple[Address, ...]:
    return tuple(map(address_of, texts))
